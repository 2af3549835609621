#!lua
-- Notes visitors' requests in their records and keeps those for another while. A record that is no hash is left alone.
-- USES clock
-- KEYS the record of each visitor, at most 200
-- ARGV time to live in ms; then for each: requests since the last note, last path, address tag, user-agent tag, and the tier
--   for a new record
-- Returns now in ms
local ttlMs = ARGV[1]
local fieldsEach = 5
local nowMs = readNowMs()
for index, visitor in ipairs(KEYS) do
  local kind = redis.call('TYPE', visitor).ok
  if kind == 'none' or kind == 'hash' then
    local at = 1 + (index - 1) * fieldsEach
    local requests, lastPath, addressTag, userAgentTag, tier = unpack(ARGV, at + 1, at + fieldsEach)
    redis.call('HSETNX', visitor, 'firstSeenMs', nowMs)
    redis.call('HSETNX', visitor, 'tier', tier)
    redis.call('HINCRBY', visitor, 'requests', requests)
    redis.call('HSET', visitor, 'lastSeenMs', nowMs, 'lastPath', lastPath, 'addressTag', addressTag, 'userAgentTag', userAgentTag)
    redis.call('PEXPIRE', visitor, ttlMs)
  end
end
return nowMs
