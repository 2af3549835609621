#!lua
-- Puts visitors into the index of active ones.
-- USES words
-- KEY visitors zset
-- ARGV now in ms; visitor ids with a space between, at most 200
-- Returns how many were not in it
local nowMs, ids = ARGV[1], splitWords(ARGV[2])
local entries, count = {}, 0
for _, id in ipairs(ids) do
  entries[count + 1], entries[count + 2] = nowMs, id
  count = count + 2
end
return redis.call('ZADD', key.visitors, unpack(entries))
