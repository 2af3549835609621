#!lua flags=allow-oom
-- Notes activity of visitors who hold a place: the first claims it, each moves its end. Never revives an ended place.
-- USES settings,clock,announce,place,words
-- KEY settingsGood hash
-- KEY counters hash
-- KEY booked set
-- KEY leases zset
-- KEY places hash
-- KEY outcomes hash
-- KEY changes stream
-- ARGV visitor ids with a space between, at most 1000
-- Returns a text with a word for each visitor: 'renewed' 'claimed' 'ended'
local ids = splitWords(ARGV[1])
local nowMs = readNowMs()
local leaseMs = readWhole(redis.call('HGET', key.settingsGood, 'leaseMinutes'), 10) * 60000
local endsAtMs = leaseMs == 0 and '+inf' or nowMs + leaseMs
local isBooked = redis.call('SMISMEMBER', key.booked, unpack(ids))
local places = redis.call('HMGET', key.places, unpack(ids))

local answers, leases, claimed = {}, {}, {}
for index, id in ipairs(ids) do
  answers[index] = 'ended'
  if isBooked[index] == 1 then
    local number, isClaimed = readPlace(places[index])
    answers[index] = isClaimed and 'renewed' or 'claimed'
    if not isClaimed then
      claimed[#claimed + 1] = id
      claimed[#claimed + 1] = number
    end
    leases[#leases + 1] = endsAtMs
    leases[#leases + 1] = id
  end
end

if #leases > 0 then redis.call('ZADD', key.leases, unpack(leases)) end
for index = 1, #claimed, 2 do
  redis.call('HSET', key.places, claimed[index], claimed[index + 1] .. ' claimed')
  redis.call('HDEL', key.outcomes, claimed[index])
end
if #claimed > 0 then announce('claimed', 'booked', claimed, nowMs) end
return { table.concat(answers, ' ') }
