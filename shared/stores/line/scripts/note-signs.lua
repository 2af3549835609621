#!lua
-- Notes signs of life of people who wait: about to be admitted, or aside, who may enter again from now on.
-- USES clock
-- KEY tickets hash
-- KEY aside zset
-- KEY returned zset
-- KEY present zset
-- ARGV visitor ids, at most 1000
-- Returns how many of them wait
local nowMs = readNowMs()
local tickets = redis.call('HMGET', key.tickets, unpack(ARGV))
local numbers = redis.call('ZMSCORE', key.aside, unpack(ARGV))
local signs, back = {}, {}
for index, id in ipairs(ARGV) do
  if tickets[index] then
    signs[#signs + 1] = nowMs
    signs[#signs + 1] = id
  end
  if numbers[index] then
    back[#back + 1] = numbers[index]
    back[#back + 1] = id
  end
end
if #signs > 0 then redis.call('ZADD', key.present, unpack(signs)) end
if #back > 0 then redis.call('ZADD', key.returned, unpack(back)) end
return #signs / 2
