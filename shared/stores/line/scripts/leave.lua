#!lua flags=allow-oom
-- Gives up whatever the visitor has: a place in the line, aside, or a booked place. Safe to repeat.
-- USES clock,announce,place,outcome,lines,wait
-- KEY counters hash
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
-- KEY outcomes hash
-- KEY changes stream
-- ARGV visitor id
-- Returns {'left', seq} {'cancelled', seq} {'none'}
local id = ARGV[1]
local nowMs = readNowMs()

if redis.call('SISMEMBER', key.booked, id) == 1 then
  local number = takePlace(id)
  redis.call('HSET', key.outcomes, id, formatOutcome('left', number, nowMs, true))
  redis.call('HINCRBY', key.counters, 'cancelled', 1)
  return { 'cancelled', announce('cancelled', 'booked', { id, number }, nowMs) }
end

local before = readOutcome(redis.call('HGET', key.outcomes, id))
local from, number = endWaiting(id)
if not from then return { 'none' } end
redis.call('HSET', key.outcomes, id, formatOutcome('left', number, nowMs, before and before.hadPlace))
redis.call('HINCRBY', key.counters, 'leftWaiting', 1)
return { 'left', announce('left', from, { id, number }, nowMs) }
