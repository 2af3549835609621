#!lua flags=allow-oom
-- Gives a booked place back. Safe to repeat.
-- USES clock,announce,place,outcome
-- KEY counters hash
-- KEY booked set
-- KEY leases zset
-- KEY places hash
-- KEY outcomes hash
-- KEY confirmed hash
-- KEY changes stream
-- ARGV visitor id
-- Returns {'cancelled', seq, 1 now or 0 before} {'confirmed'} {'placeEnded'} {'notBooked'}
local id = ARGV[1]
local nowMs = readNowMs()

if redis.call('SISMEMBER', key.booked, id) == 1 then
  local number = takePlace(id)
  redis.call('HSET', key.outcomes, id, formatOutcome('left', number, nowMs, true))
  redis.call('HINCRBY', key.counters, 'cancelled', 1)
  return { 'cancelled', announce('cancelled', 'booked', { id, number }, nowMs), 1 }
end
if redis.call('HEXISTS', key.confirmed, id) == 1 then return { 'confirmed' } end
local ended = readOutcome(redis.call('HGET', key.outcomes, id))
if not ended or not ended.hadPlace then return { 'notBooked' } end
if ended.outcome ~= 'left' then return { 'placeEnded' } end
return { 'cancelled', tonumber(redis.call('HGET', key.counters, 'seq')), 0 }
