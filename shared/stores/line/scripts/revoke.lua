#!lua flags=allow-oom
-- An operator's word: takes the visitor's place or place in the line away.
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
-- Returns {'revoked', from, seq} {'none'}
local id = ARGV[1]
local nowMs = readNowMs()

if redis.call('SISMEMBER', key.booked, id) == 1 then
  local number = takePlace(id)
  redis.call('HSET', key.outcomes, id, formatOutcome('revoked', number, nowMs, true))
  redis.call('HINCRBY', key.counters, 'revoked', 1)
  return { 'revoked', 'booked', announce('revoked', 'booked', { id, number }, nowMs) }
end

local before = readOutcome(redis.call('HGET', key.outcomes, id))
local from, number = endWaiting(id)
if not from then return { 'none' } end
redis.call('HSET', key.outcomes, id, formatOutcome('revoked', number, nowMs, before and before.hadPlace))
redis.call('HINCRBY', key.counters, 'revokedWaiting', 1)
return { 'revoked', from, announce('revoked', from, { id, number }, nowMs) }
