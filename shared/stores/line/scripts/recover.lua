#!lua flags=allow-oom
-- The leader's word on a Redis that restarted: joins go on from here. When the restart lost what somebody has seen, a new
-- epoch begins, and the tails of both lines are lifted above every number seen, a piece a call, so that none is drawn twice.
-- USES clock
-- KEY lock string
-- KEY counters hash
-- KEY list list
-- KEY vipList list
-- KEY gone string
-- KEY vipGone string
-- ARGV token of the lock; run id of the server; highest number and highest seq anybody has seen; most numbers to lift;
--   highest number of the VIP line anybody has seen, in its own count
-- Returns {'done', epoch, numbers still to lift} {'notLeader'}
local token, runId, tailSeen, seqSeen, limit = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local vipTailSeen = tonumber(ARGV[6])
if redis.call('GET', key.lock) ~= token then return { 'notLeader' } end

local counters = redis.call('HMGET', key.counters, 'tail', 'seq', 'vipTail', 'lossRunId', 'epoch')
local tail, seq, vipTail = tonumber(counters[1] or 0), tonumber(counters[2] or 0), tonumber(counters[3] or 0)
local epoch = tonumber(counters[5] or 0)
if (tail < tailSeen or vipTail < vipTailSeen or seq < seqSeen) and counters[4] ~= runId then
  epoch = redis.call('HINCRBY', key.counters, 'epoch', 1)
  redis.call('HSET', key.counters, 'lossRunId', runId, 'lostFrom', tail, 'lostTo', math.max(tail, tailSeen),
    'vipLostFrom', vipTail, 'vipLostTo', math.max(vipTail, vipTailSeen), 'seq', math.max(seq, seqSeen))
end

-- Dead entries keep the law that the k-th entry of a list has the number head + k. Returns the new tail.
local function lift(list, gone, counter, from, upTo, most)
  local last = math.min(upTo, from + most)
  for number = from + 1, last do
    redis.call('RPUSH', list, '')
    redis.call('SETBIT', gone, number, 1)
  end
  if last > from then redis.call('HSET', key.counters, counter, last) end
  return math.max(from, last)
end

local newTail = lift(key.list, key.gone, 'tail', tail, tailSeen, limit)
local newVipTail = lift(key.vipList, key.vipGone, 'vipTail', vipTail, vipTailSeen, limit - (newTail - tail))
local left = math.max(0, tailSeen - newTail) + math.max(0, vipTailSeen - newVipTail)
if left == 0 then redis.call('HSET', key.counters, 'runId', runId) end
return { 'done', epoch, left }
