#!lua
-- Charges token buckets with what one gateway took of them and tells what is left. A bucket that is not there is full; one
-- may be overdrawn, for each gateway decides by what it knew. It goes when it is full again.
-- USES clock
-- KEYS a bucket each, at most 500
-- ARGV for each a text: tokens a second, tokens when full, tokens taken
-- Returns the level of each in thousandths of a token
local nowMs = readNowMs()
local levels = {}
for index, bucket in ipairs(KEYS) do
  local rate, burst, taken = string.match(ARGV[index], '^(%S+) (%S+) (%S+)$')
  rate, burst, taken = tonumber(rate), tonumber(burst), tonumber(taken)
  local level, atMs = burst, nowMs
  if redis.call('TYPE', bucket).ok == 'string' then
    local text = redis.call('GET', bucket)
    local before, beforeMs = string.match(text, '^(%S+) (%d+)$')
    if before then
      level = math.min(burst, tonumber(before) + math.max(0, nowMs - tonumber(beforeMs)) * rate / 1000)
    end
  end
  level = level - taken
  local fullInMs = math.ceil((burst - level) * 1000 / rate) + 1000
  redis.call('SET', bucket, string.format('%.3f %d', level, atMs), 'PX', fullInMs)
  levels[index] = math.floor(level * 1000)
end
return levels
