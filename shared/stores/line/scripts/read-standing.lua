#!lua flags=no-writes
-- Where a visitor stands, read in one moment.
-- USES clock,place,outcome,lines
-- KEY counters hash
-- KEY booked set
-- KEY tickets hash
-- KEY aside zset
-- KEY leases zset
-- KEY places hash
-- KEY outcomes hash
-- KEY confirmed hash
-- ARGV visitor id
-- Returns now ms, seq, then one of: 'none' · 'waiting', number · 'aside', number, rank from 1 in its line ·
--   'booked', number, lease end ms or 'inf', 1 when claimed · 'confirmed', order · 'ended', outcome, number, at ms
local id = ARGV[1]
local counters = redis.call('HMGET', key.counters, 'seq', 'graceUntilMs')
local nowMs, seq = readNowMs(), tonumber(counters[1] or 0)

local order = redis.call('HGET', key.confirmed, id)
if order then return { nowMs, seq, 'confirmed', order } end
if redis.call('SISMEMBER', key.booked, id) == 1 then
  local number, isClaimed = readPlace(redis.call('HGET', key.places, id))
  local endsAtMs = redis.call('ZSCORE', key.leases, id) or 'inf'
  if endsAtMs ~= 'inf' then
    endsAtMs = string.format('%d', math.max(tonumber(endsAtMs), tonumber(counters[2] or 0)))
  end
  return { nowMs, seq, 'booked', number, endsAtMs, isClaimed and 1 or 0 }
end
local number = redis.call('HGET', key.tickets, id)
if number then
  local rank = redis.call('ZRANK', key.aside, id)
  -- VIPs have the higher numbers, so those of the public line stand before all of them.
  if rank and tonumber(number) > vipBase then rank = rank - redis.call('ZCOUNT', key.aside, '-inf', vipBase) end
  if rank then return { nowMs, seq, 'aside', tonumber(number), rank + 1 } end
  return { nowMs, seq, 'waiting', tonumber(number) }
end
local ended = readOutcome(redis.call('HGET', key.outcomes, id))
if ended then return { nowMs, seq, 'ended', ended.outcome, ended.number, ended.atMs } end
return { nowMs, seq, 'none' }
