#!lua
-- Notes a visitor's requests in their record and keeps it for another while.
-- USES clock
-- KEY visitor hash
-- ARGV requests since the last note; last path; address tag; user-agent tag; time to live in ms; tier, for a new record
-- Returns now in ms
local requests, lastPath, addressTag, userAgentTag, ttlMs, tier = unpack(ARGV)
local nowMs = readNowMs()
redis.call('HSETNX', key.visitor, 'firstSeenMs', nowMs)
redis.call('HSETNX', key.visitor, 'tier', tier)
redis.call('HINCRBY', key.visitor, 'requests', requests)
redis.call('HSET', key.visitor, 'lastSeenMs', nowMs, 'lastPath', lastPath, 'addressTag', addressTag, 'userAgentTag', userAgentTag)
redis.call('PEXPIRE', key.visitor, ttlMs)
return nowMs
