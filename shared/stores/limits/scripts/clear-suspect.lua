#!lua flags=allow-oom
-- A visitor is no suspect any more, because the time is over or an operator says so: back to `standard`, announced. A tier
-- that was given meanwhile stays.
-- USES clock,announce
-- KEY tiers hash
-- KEY suspects zset
-- KEY suspectReasons hash
-- KEY counters hash
-- KEY changes stream
-- ARGV visitor id; 1: only when the time is over
-- Returns 'cleared' or 'same'
local visitorId, isOnlyWhenDue = ARGV[1], ARGV[2] == '1'
local nowMs = readNowMs()
local untilMs = tonumber(redis.call('ZSCORE', key.suspects, visitorId) or 0)
if isOnlyWhenDue and untilMs > nowMs then return 'same' end
redis.call('ZREM', key.suspects, visitorId)
redis.call('HDEL', key.suspectReasons, visitorId)
if redis.call('HGET', key.tiers, visitorId) ~= 'suspect' then return 'same' end
redis.call('HDEL', key.tiers, visitorId)
announce('tier', '', { visitorId, 0 }, nowMs, { 'tier', 'standard' })
return 'cleared'
