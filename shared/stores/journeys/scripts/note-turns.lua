#!lua
-- Notes the steps of turns; what is known replaces what is not, so that noting twice, or by two processes, is harmless.
-- KEY counters hash
-- KEY journeys hash
-- ARGV number of the sale; most turns to keep; then field, text, … of at most 200 turns
-- Returns 'noted', or 'otherSale' when another sale runs: nothing is written then
local sale, most = ARGV[1], tonumber(ARGV[2])
if (redis.call('HGET', key.counters, 'sale') or '0') ~= sale then return 'otherSale' end

local room = most - redis.call('HLEN', key.journeys)
for index = 3, #ARGV, 2 do
  local field, text = ARGV[index], ARGV[index + 1]
  local before = redis.call('HGET', key.journeys, field)
  if before then
    local known = {}
    for word in string.gmatch(before, '%S+') do known[#known + 1] = word end
    local words = {}
    for word in string.gmatch(text, '%S+') do
      local old = known[#words + 1]
      -- The sixth word is a count: the process that saw more has it right.
      if #words == 5 and old and tonumber(old) and tonumber(old) > tonumber(word) then word = old end
      words[#words + 1] = word == '-' and old or word
    end
    redis.call('HSET', key.journeys, field, table.concat(words, ' '))
  elseif room > 0 then
    redis.call('HSET', key.journeys, field, text)
    room = room - 1
  end
end
return 'noted'
