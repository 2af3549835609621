#!lua
-- Puts a visitor into the tier `suspect` for a while, with the reason, and announces it. Takes nothing away: not the place,
-- not the place in line. A tier that an operator gave stays; there are only so many suspects.
-- USES clock,announce
-- KEY tiers hash
-- KEY suspects zset
-- KEY suspectReasons hash
-- KEY counters hash
-- KEY changes stream
-- ARGV visitor id; reason; ms; suspects at most
-- Returns 'marked', 'same', 'kept' or 'full'
local visitorId, reason, forMs, maxSuspects = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local nowMs = readNowMs()
local before = redis.call('HGET', key.tiers, visitorId) or 'standard'
local isMarked = redis.call('ZSCORE', key.suspects, visitorId)
if before ~= 'standard' and not isMarked then return 'kept' end
if before ~= 'standard' and before ~= 'suspect' then return 'kept' end
if not isMarked and redis.call('ZCARD', key.suspects) >= maxSuspects then return 'full' end
redis.call('ZADD', key.suspects, nowMs + forMs, visitorId)
redis.call('HSET', key.suspectReasons, visitorId, nowMs .. ' ' .. reason)
if before == 'suspect' then return 'same' end
redis.call('HSET', key.tiers, visitorId, 'suspect')
announce('tier', '', { visitorId, 0 }, nowMs, { 'tier', 'suspect' })
return 'marked'
