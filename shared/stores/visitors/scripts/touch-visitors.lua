#!lua
-- Notes visitors' requests in their records and keeps those for another while. A record that is no hash is left alone.
-- USES clock
-- KEYS the record of each visitor, at most 200
-- ARGV time to live in ms; a text with a line for each visitor, which ends it: requests since the last note, tier for a
--   new record, address tag, user-agent tag and last path, with a space between
-- Returns now in ms
local ttlMs, notes = ARGV[1], ARGV[2]
local nowMs = readNowMs()
local readNote = string.gmatch(notes, '(%S*) (%S*) (%S*) (%S*) ([^\n]*)\n')
for _, visitor in ipairs(KEYS) do
  local requests, tier, addressTag, userAgentTag, lastPath = readNote()
  local kind = redis.call('TYPE', visitor).ok
  if kind == 'none' then
    redis.call('HSET', visitor, 'firstSeenMs', nowMs, 'tier', tier, 'requests', requests, 'lastSeenMs', nowMs,
      'lastPath', lastPath, 'addressTag', addressTag, 'userAgentTag', userAgentTag)
    redis.call('PEXPIRE', visitor, ttlMs)
  elseif kind == 'hash' then
    -- Somebody may have put a session there before.
    redis.call('HSETNX', visitor, 'firstSeenMs', nowMs)
    redis.call('HSETNX', visitor, 'tier', tier)
    -- A count that somebody spoiled would end the call, and with it the notes of all others: it begins anew.
    local before = redis.call('HGET', visitor, 'requests') or '0'
    local count = #before <= 15 and tonumber(string.match(before, '^%d+$')) or 0
    redis.call('HSET', visitor, 'requests', string.format('%d', count + requests), 'lastSeenMs', nowMs, 'lastPath', lastPath, 'addressTag', addressTag,
      'userAgentTag', userAgentTag)
    redis.call('PEXPIRE', visitor, ttlMs)
  end
end
return nowMs
