#!lua
-- Notes from which addresses visitors came, by salted tags, for a while.
-- USES clock
-- KEYS the addresses of each visitor, at most 200
-- ARGV ms for which an address counts; tags kept of each visitor; then a tag for each visitor
-- Returns how many addresses each visitor came from within that time
local windowMs, maxTags = tonumber(ARGV[1]), tonumber(ARGV[2])
local nowMs = readNowMs()
local counts = {}
for index, addresses in ipairs(KEYS) do
  local kind = redis.call('TYPE', addresses).ok
  if kind == 'none' or kind == 'zset' then
    redis.call('ZADD', addresses, nowMs, ARGV[index + 2])
    redis.call('ZREMRANGEBYSCORE', addresses, '-inf', nowMs - windowMs)
    redis.call('ZREMRANGEBYRANK', addresses, 0, -(maxTags + 1))
    redis.call('PEXPIRE', addresses, windowMs)
    counts[index] = redis.call('ZCARD', addresses)
  else
    counts[index] = 0
  end
end
return counts
