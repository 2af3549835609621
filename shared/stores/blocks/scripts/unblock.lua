#!lua flags=allow-oom
-- Ends a block at once and announces it. For a while no automatic rule blocks that target again: somebody has looked at it.
-- USES clock,announce
-- KEY blocked zset
-- KEY blockedDetails hash
-- KEY blockedPast zset
-- KEY blockedVersion string
-- KEY counters hash
-- KEY changes stream
-- ARGV target; who; ms for which automatic rules let it be
-- Returns {'unblocked', until ms it would have lasted, version} {'none'}
local target, who, pardonMs = ARGV[1], ARGV[2], tonumber(ARGV[3])
local nowMs = readNowMs()
local untilMs = tonumber(redis.call('ZSCORE', key.blocked, target) or 0)
if untilMs <= nowMs then return { 'none' } end
local pardonedUntilMs = nowMs + pardonMs
redis.call('ZREM', key.blocked, target)
redis.call('ZADD', key.blockedPast, pardonedUntilMs, target)
redis.call('HSET', key.blockedDetails, target, cjson.encode({ who = who, pardonedUntilMs = pardonedUntilMs, times = 0 }))
local version = redis.call('INCR', key.blockedVersion)
-- Names no visitors: those are the ones who lose something.
announce('blocked', '', {}, nowMs, { 'target', target, 'until', 0, 'version', version })
return { 'unblocked', untilMs, version }
