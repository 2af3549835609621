#!lua
-- Notes a visitor's requests in their record and keeps it for another while.
-- USES clock
-- KEY visitor hash
-- ARGV requests since the last note; last path; address tag; user-agent tag; time to live in ms
-- Returns now in ms
local requests, lastPath, addressTag, userAgentTag, ttlMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local nowMs = readNowMs()
redis.call('HSETNX', key.visitor, 'firstSeenMs', nowMs)
redis.call('HSETNX', key.visitor, 'tier', 'standard')
redis.call('HINCRBY', key.visitor, 'requests', requests)
redis.call('HSET', key.visitor, 'lastSeenMs', nowMs, 'lastPath', lastPath, 'addressTag', addressTag, 'userAgentTag', userAgentTag)
redis.call('PEXPIRE', key.visitor, ttlMs)
return nowMs
