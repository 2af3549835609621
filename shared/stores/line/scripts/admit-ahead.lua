#!lua flags=allow-oom
-- An operator's word: gives somebody who waits a place before their turn, at once. Never beyond `maxBooking` or the stock,
-- and not while admissions are closed; pace, pause and the gate are the operator's to judge. It counts for the pace.
-- USES settings,clock,announce,admission,place,lines,wait
-- KEY settingsGood hash
-- KEY gate hash
-- KEY counters hash
-- KEY list list
-- KEY vipList list
-- KEY queued set
-- KEY booked set
-- KEY tickets hash
-- KEY aside zset
-- KEY returned zset
-- KEY gone string
-- KEY vipGone string
-- KEY leases zset
-- KEY places hash
-- KEY present zset
-- KEY confirmed hash
-- KEY changes stream
-- ARGV visitor id
-- Returns {'admitted', number, lease end ms, seq} {'booked'} has a place {'notWaiting'} {'closed'} {'soldOut'} {'full'}
local id = ARGV[1]
local nowMs = readNowMs()
if redis.call('SISMEMBER', key.booked, id) == 1 then return { 'booked' } end
local number = tonumber(redis.call('HGET', key.tickets, id) or '')
if not number then return { 'notWaiting' } end

local rule = readAdmission(nowMs)
if rule.mode == 'closed' then return { 'closed' } end
local settings = redis.call('HMGET', key.settingsGood, 'maxBooking', 'ticketStock')
local booked, stock = redis.call('SCARD', key.booked), readWhole(settings[2], 0)
if stock > 0 and redis.call('HLEN', key.confirmed) + booked >= stock then return { 'soldOut' } end
if booked >= readWhole(settings[1], 3) then return { 'full' } end

local from = endWaiting(id)
if from == 'line' then
  -- Should this visitor miss the place and go aside with the old number, the entry must not look alive again.
  if number > vipBase then
    redis.call('LSET', key.vipList, number - vipBase - rule.vipHead - 1, '')
  else
    redis.call('LSET', key.list, number - rule.head - 1, '')
  end
end
local visitors = { id, number }
givePlaces(visitors, rule.newPlaceEndsAtMs)
rule.spend(1)
return { 'admitted', number, rule.newPlaceEndsAtMs, announce('admitted', from, visitors, nowMs, { 'by', 'operator' }) }
