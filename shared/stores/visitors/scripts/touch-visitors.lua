#!lua
-- Notes visitors' requests in their records and keeps those for another while. A record that is no hash is left alone.
-- USES clock
-- KEYS the record of each visitor, at most 200
-- ARGV time to live in ms; then a text for each: requests since the last note, tier for a new record, address tag,
--   user-agent tag and last path, with a space between
-- Returns now in ms
local ttlMs = ARGV[1]
local nowMs = readNowMs()
for index, visitor in ipairs(KEYS) do
  local kind = redis.call('TYPE', visitor).ok
  local note = ARGV[index + 1]
  local requests, tier, addressTag, userAgentTag, lastPath = string.match(note, '^(%d+) (%S*) (%S*) (%S*) (.*)$')
  if requests and (kind == 'none' or kind == 'hash') then
    redis.call('HSETNX', visitor, 'firstSeenMs', nowMs)
    redis.call('HSETNX', visitor, 'tier', tier)
    redis.call('HINCRBY', visitor, 'requests', requests)
    redis.call('HSET', visitor, 'lastSeenMs', nowMs, 'lastPath', lastPath, 'addressTag', addressTag, 'userAgentTag', userAgentTag)
    redis.call('PEXPIRE', visitor, ttlMs)
  end
end
return nowMs
