#!lua
-- Counts names in a window that slides: two sorted sets, this slot and the one before. Of each only the largest are kept, so
-- what a flood of names leaves in Redis is bounded; the counts of those that matter are among the largest.
-- KEY current zset
-- KEY previous zset
-- ARGV part of the current slot that is over, 0..1; ms to live; names kept; then name, count, …
-- Returns for each name its count in the window: this slot's, and of the one before the part that the window still covers
local overRatio, ttlMs, maxNames = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local counts = {}
for index = 4, #ARGV, 2 do
  local name = ARGV[index]
  local now = tonumber(redis.call('ZINCRBY', key.current, ARGV[index + 1], name))
  local before = tonumber(redis.call('ZSCORE', key.previous, name) or 0)
  counts[#counts + 1] = math.floor(now + before * (1 - overRatio))
end
redis.call('ZREMRANGEBYRANK', key.current, 0, -(maxNames + 1))
redis.call('PEXPIRE', key.current, ttlMs)
return counts
