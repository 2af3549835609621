#!lua flags=allow-oom
-- Moves somebody who waits in the public line to the end of the VIP line, where that makes nobody's wait longer: with the
-- people who wait now, the new place comes up no later than the old one would. Else the visitor keeps place and number.
-- USES settings,clock,announce,lines
-- KEY settingsGood hash
-- KEY counters hash
-- KEY vipList list
-- KEY queued set
-- KEY tickets hash
-- KEY gone string
-- KEY vipGone string
-- KEY present zset
-- KEY changes stream
-- ARGV visitor id
-- Returns {'moved', number, seq} {'kept'}
local id = ARGV[1]
local share = readWhole(redis.call('HGET', key.settingsGood, 'vipSharePercent'), 0)
local number = tonumber(redis.call('HGET', key.tickets, id) or 0)
if share == 0 or number == 0 or number > vipBase or redis.call('SISMEMBER', key.queued, id) == 0 then return { 'kept' } end

local counters = redis.call('HMGET', key.counters, 'head', 'vipHead', 'vipTail', 'vipDueNumber')
local head, vipHead, vipTail = tonumber(counters[1] or 0), tonumber(counters[2] or 0), tonumber(counters[3] or 0)
local function countGone(gone, from, to)
  return from <= to and redis.call('BITCOUNT', gone, from, to, 'BIT') or 0
end
local position = number - head - countGone(key.gone, head + 1, number - 1)
local vips = vipTail - vipHead - countGone(key.vipGone, vipHead + 1, vipTail)
-- Admissions up to and including the visitor's own: at best where they are, and at worst as the last of the VIPs.
local stay = position + math.min(vips, math.floor(position * share / (100 - share)))
local move = math.ceil((vips + 1) * 100 / share)
if move > stay then return { 'kept' } end

local nowMs = readNowMs()
local newNumber = vipBase + vipTail + 1
redis.call('SETBIT', key.gone, number, 1)
redis.call('RPUSH', key.vipList, id)
redis.call('HSET', key.tickets, id, newNumber)
redis.call('HSET', key.counters, 'vipTail', vipTail + 1)
redis.call('HINCRBY', key.counters, 'leftWaiting', 1)
redis.call('HINCRBY', key.counters, 'joined', 1)
if vipTail + 1 <= tonumber(counters[4] or 0) then
  redis.call('ZADD', key.present, nowMs, id)
else
  redis.call('ZREM', key.present, id)
end
announce('left', 'line', { id, number }, nowMs)
return { 'moved', newNumber, announce('joined', '', { id, newNumber }, nowMs) }
