#!lua
-- Gives each visitor a place at once, a number in a line, or the reason for neither. Safe to repeat.
-- USES settings,clock,announce,admission,place,outcome,lines
-- KEY settingsGood hash
-- KEY gate hash
-- KEY counters hash
-- KEY list list
-- KEY vipList list
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
-- ARGV run id of the server as the connection knows it, empty: look it up (dearer); seq of the newest change that the caller has
--   seen; per visitor one character, 1 to join again after a turn that ended, else 0; the places in that order, from 1, of
--   those who are VIPs, with a space between; then the ids in the same order; at most 1000 visitors
-- Returns per visitor one of: number (joined with it) {'waiting', number} {'aside', number} {'placed', number, lease end ms}
--   {'booked', number, lease end ms or 'inf'} {'confirmed'} {'ended', outcome, number} {'closed'} {'soldOut'} {'full'};
--   and last the seq of the newest change. Instead of all that {'notReady'} when Redis restarted, or lost everything, and
--   the leader has not yet made sure that no number is drawn twice.
local runId, seqSeen, againFlags, vipPlaces, count = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], #ARGV - 4
local known = redis.call('HMGET', key.counters, 'runId', 'seq')
local approvedRunId = known[1]
if approvedRunId then
  if runId == '' then runId = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') end
  if approvedRunId ~= runId then return { 'notReady' } end
-- Nobody has approved this data, and it is less than there was: everything was lost.
elseif seqSeen > tonumber(known[2] or 0) then
  return { 'notReady' }
end

local nowMs = readNowMs()
local tickets = redis.call('HMGET', key.tickets, unpack(ARGV, 5))
local isBooked = redis.call('SMISMEMBER', key.booked, unpack(ARGV, 5))
local orders = redis.call('HMGET', key.confirmed, unpack(ARGV, 5))
local outcomes = redis.call('HMGET', key.outcomes, unpack(ARGV, 5))
local asideCount = redis.call('ZCARD', key.aside)
local waiting = redis.call('SCARD', key.queued) + asideCount
local rule = readAdmission(nowMs)
local free = rule.isGateFresh and rule.free or 0
-- Nobody overtakes: a place at once only while nobody waits. The places given here come before all who queue here.
if asideCount + redis.call('LLEN', key.list) + redis.call('LLEN', key.vipList) > 0 then free = 0 end
local room = rule.maxQueue > 0 and rule.maxQueue - waiting or math.huge
-- Without a share VIPs wait in the public line like everybody.
local isVip = {}
if rule.vipSharePercent > 0 then
  for place in string.gmatch(vipPlaces, '%d+') do isVip[tonumber(place)] = true end
end

-- The loop runs once a visitor of a rush: it makes no table and no text that it can do without.
local answers = {}
local tail, queuedCount, presentCount = rule.tail, 0, 0
local placed, queued, ticketed, present, again = {}, {}, {}, {}, {}
local drawn, isPlacedNow = {}, {}
local vipTail, vipQueued, vipTicketed = rule.vipTail, {}, {}

for index = 1, count do
  local id = ARGV[index + 4]
  local ended = outcomes[index] and readOutcome(outcomes[index])
  local answer
  if drawn[id] then
    answer = isPlacedNow[id] and { 'booked', drawn[id], rule.newPlaceEndsAtMs } or { 'waiting', drawn[id] }
  elseif orders[index] then
    answer = { 'confirmed' }
  elseif isBooked[index] == 1 then
    local number = readPlace(redis.call('HGET', key.places, id))
    answer = { 'booked', number, redis.call('ZSCORE', key.leases, id) or 'inf' }
  elseif tickets[index] then
    answer = { redis.call('ZSCORE', key.aside, id) and 'aside' or 'waiting', tonumber(tickets[index]) }
  elseif ended and string.sub(againFlags, index, index) ~= '1' then
    answer = { 'ended', ended.outcome, ended.number }
  elseif rule.mode == 'closed' then
    answer = { 'closed' }
  elseif rule.isSoldOut then
    answer = { 'soldOut' }
  elseif rule.isMemoryFull then
    answer = { 'full' }
  elseif free > 0 then
    tail = tail + 1
    free = free - 1
    placed[#placed + 1] = id
    placed[#placed + 1] = tail
    drawn[id], isPlacedNow[id] = tail, true
    answer = { 'placed', tail, rule.newPlaceEndsAtMs }
  elseif queuedCount >= room then
    answer = { 'full' }
  elseif isVip[index] then
    vipTail = vipTail + 1
    room = room - 1
    local number = vipBase + vipTail
    vipQueued[#vipQueued + 1] = id
    vipTicketed[#vipTicketed + 1] = id
    vipTicketed[#vipTicketed + 1] = tostring(number)
    if vipTail <= rule.vipDueNumber then
      present[presentCount + 1] = nowMs
      present[presentCount + 2] = id
      presentCount = presentCount + 2
    end
    drawn[id] = number
    answer = number
  else
    tail = tail + 1
    queuedCount = queuedCount + 1
    queued[queuedCount] = id
    ticketed[queuedCount * 2 - 1] = id
    -- As text, since it is needed twice and writing a number out is dear.
    ticketed[queuedCount * 2] = tostring(tail)
    if tail <= rule.dueNumber then
      present[presentCount + 1] = nowMs
      present[presentCount + 2] = id
      presentCount = presentCount + 2
    end
    drawn[id] = tail
    answer = tail
  end
  if ended and drawn[id] then again[#again + 1] = id end
  answers[index] = answer
end

if tail > rule.tail or #vipQueued > 0 then
  redis.call('HSET', key.counters, 'tail', tail, 'head', rule.head + #placed / 2)
  redis.call('HINCRBY', key.counters, 'joined', tail - rule.tail + #vipQueued)
  if #again > 0 then redis.call('HDEL', key.outcomes, unpack(again)) end
  if queuedCount > 0 then
    redis.call('RPUSH', key.list, unpack(queued))
    redis.call('SADD', key.queued, unpack(queued))
    redis.call('HSET', key.tickets, unpack(ticketed))
  end
  if #vipQueued > 0 then
    redis.call('HSET', key.counters, 'vipTail', vipTail)
    redis.call('RPUSH', key.vipList, unpack(vipQueued))
    redis.call('SADD', key.queued, unpack(vipQueued))
    redis.call('HSET', key.tickets, unpack(vipTicketed))
  end
  if presentCount > 0 then redis.call('ZADD', key.present, unpack(present)) end
  local joined = ticketed
  if #placed + #vipQueued > 0 then
    joined = {}
    for _, values in ipairs({ placed, ticketed, vipTicketed }) do
      for _, value in ipairs(values) do joined[#joined + 1] = value end
    end
  end
  announce('joined', '', joined, nowMs)
  if #placed > 0 then
    givePlaces(placed, rule.newPlaceEndsAtMs)
    rule.spend(#placed / 2)
    announce('admitted', 'line', placed, nowMs)
  end
end
answers[count + 1] = tonumber(redis.call('HGET', key.counters, 'seq') or 0)
return answers
