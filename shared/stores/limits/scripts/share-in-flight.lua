#!lua
-- Tells how many requests of one visitor are in flight at one gateway and sums up what all gateways told lately.
-- USES clock
-- KEY inFlight hash
-- ARGV gateway; requests in flight there; ms for which what a gateway told counts
-- Returns the sum
local gateway, count, countsForMs = ARGV[1], ARGV[2], tonumber(ARGV[3])
local nowMs = readNowMs()
local told = redis.call('HGETALL', key.inFlight)
local sum = tonumber(count)
for index = 1, #told, 2 do
  local others, atMs = string.match(told[index + 1], '^(%d+) (%d+)$')
  if not others or nowMs - tonumber(atMs) > countsForMs then
    redis.call('HDEL', key.inFlight, told[index])
  elseif told[index] ~= gateway then
    sum = sum + tonumber(others)
  end
end
redis.call('HSET', key.inFlight, gateway, count .. ' ' .. nowMs)
redis.call('PEXPIRE', key.inFlight, countsForMs)
return sum
