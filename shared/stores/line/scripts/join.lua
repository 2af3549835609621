#!lua
-- Gives each visitor a place at once, a number in the line, or the reason for neither. Safe to repeat.
-- USES clock,announce,admission,place,outcome
-- KEY settingsGood hash
-- KEY gate hash
-- KEY counters hash
-- KEY list list
-- KEY queued set
-- KEY booked set
-- KEY tickets hash
-- KEY aside zset
-- KEY leases zset
-- KEY places hash
-- KEY present zset
-- KEY outcomes hash
-- KEY confirmed hash
-- KEY changes stream
-- ARGV run id of the server as the connection knows it; then per visitor: id, 1 to join again after a turn that ended,
--   else 0; at most 1000 visitors
-- Returns per visitor one of: {'joined', number} {'waiting', number} {'aside', number} {'placed', number, lease end ms}
--   {'booked', number, lease end ms or 'inf'} {'confirmed'} {'ended', outcome, number} {'closed'} {'soldOut'} {'full'};
--   and last the seq of the newest change. Instead of all that {'notReady'} when Redis restarted and the leader has not
--   yet made sure that no number is drawn twice.
local approvedRunId = redis.call('HGET', key.counters, 'runId')
if approvedRunId and approvedRunId ~= ARGV[1] then return { 'notReady' } end

local nowMs = readNowMs()
local ids, isAgain = {}, {}
for index = 2, #ARGV, 2 do
  ids[#ids + 1] = ARGV[index]
  isAgain[#isAgain + 1] = ARGV[index + 1] == '1'
end

local tickets = redis.call('HMGET', key.tickets, unpack(ids))
local isBooked = redis.call('SMISMEMBER', key.booked, unpack(ids))
local orders = redis.call('HMGET', key.confirmed, unpack(ids))
local outcomes = redis.call('HMGET', key.outcomes, unpack(ids))
local waiting = redis.call('SCARD', key.queued) + redis.call('ZCARD', key.aside)
local rule = readAdmission(nowMs)
local free = rule.isGateFresh and rule.free or 0
-- Nobody overtakes: a place at once only while nobody waits.
local isLineEmpty = redis.call('LLEN', key.list) == 0 and redis.call('ZCARD', key.aside) == 0

local answers = {}
local tail, head = rule.tail, rule.head
local fresh, placed, queued, pushed, ticketed, present, again = {}, {}, {}, {}, {}, {}, {}
local seen = {}

for index, id in ipairs(ids) do
  local answer
  local ended = readOutcome(outcomes[index])
  if seen[id] then
    answer = seen[id]
  elseif orders[index] then
    answer = { 'confirmed' }
  elseif isBooked[index] == 1 then
    local number = readPlace(redis.call('HGET', key.places, id))
    answer = { 'booked', number, redis.call('ZSCORE', key.leases, id) or 'inf' }
  elseif tickets[index] then
    answer = { redis.call('ZSCORE', key.aside, id) and 'aside' or 'waiting', tonumber(tickets[index]) }
  elseif ended and not isAgain[index] then
    answer = { 'ended', ended.outcome, ended.number }
  elseif rule.mode == 'closed' then
    answer = { 'closed' }
  elseif rule.isSoldOut then
    answer = { 'soldOut' }
  elseif rule.isMemoryFull then
    answer = { 'full' }
  elseif isLineEmpty and free > 0 then
    tail = tail + 1
    head = tail
    free = free - 1
    placed[#placed + 1] = id
    placed[#placed + 1] = tail
    answer = { 'placed', tail, rule.newPlaceEndsAtMs }
    seen[id] = { 'booked', tail, rule.newPlaceEndsAtMs }
  elseif rule.maxQueue > 0 and waiting + #queued >= rule.maxQueue then
    answer = { 'full' }
  else
    tail = tail + 1
    isLineEmpty = false
    queued[#queued + 1] = id
    pushed[#pushed + 1] = id
    ticketed[#ticketed + 1] = id
    ticketed[#ticketed + 1] = tail
    if tail <= rule.dueNumber then
      present[#present + 1] = nowMs
      present[#present + 1] = id
    end
    answer = { 'joined', tail }
    seen[id] = { 'waiting', tail }
  end
  if answer[1] == 'placed' or answer[1] == 'joined' then
    fresh[#fresh + 1] = id
    fresh[#fresh + 1] = tail
    if ended then again[#again + 1] = id end
  end
  answers[index] = answer
end

if #fresh > 0 then
  redis.call('HSET', key.counters, 'tail', tail, 'head', head)
  redis.call('HINCRBY', key.counters, 'joined', #fresh / 2)
  if #again > 0 then redis.call('HDEL', key.outcomes, unpack(again)) end
  if #queued > 0 then
    redis.call('RPUSH', key.list, unpack(pushed))
    redis.call('SADD', key.queued, unpack(queued))
    redis.call('HSET', key.tickets, unpack(ticketed))
    if #present > 0 then redis.call('ZADD', key.present, unpack(present)) end
  end
  announce('joined', '', fresh, nowMs)
  if #placed > 0 then
    givePlaces(placed, rule.newPlaceEndsAtMs)
    rule.spend(#placed / 2)
    announce('admitted', 'line', placed, nowMs)
  end
end
answers[#answers + 1] = tonumber(redis.call('HGET', key.counters, 'seq') or 0)
return answers
