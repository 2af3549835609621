#!lua flags=allow-oom
-- The leader's word on a Redis that restarted: joins go on from here. When the restart lost what somebody has seen, a new
-- epoch begins, and the line's tail is lifted above every number seen, a piece a call, so that none is drawn twice.
-- USES clock
-- KEY lock string
-- KEY counters hash
-- KEY list list
-- KEY gone string
-- ARGV token of the lock; run id of the server; highest number and highest seq anybody has seen; most numbers to lift
-- Returns {'done', epoch, numbers still to lift} {'notLeader'}
local token, runId, tailSeen, seqSeen, limit = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if redis.call('GET', key.lock) ~= token then return { 'notLeader' } end

local counters = redis.call('HMGET', key.counters, 'tail', 'seq', 'head', 'lossRunId', 'epoch')
local tail, seq, head = tonumber(counters[1] or 0), tonumber(counters[2] or 0), tonumber(counters[3] or 0)
local epoch = tonumber(counters[5] or 0)
if (tail < tailSeen or seq < seqSeen) and counters[4] ~= runId then
  epoch = redis.call('HINCRBY', key.counters, 'epoch', 1)
  redis.call('HSET', key.counters, 'lossRunId', runId, 'lostFrom', tail, 'lostTo', math.max(tail, tailSeen),
    'seq', math.max(seq, seqSeen))
end

-- Dead entries keep the law that the k-th entry of the list has the number head + k.
local lifted = 0
while tail < tailSeen and lifted < limit do
  tail = tail + 1
  lifted = lifted + 1
  redis.call('RPUSH', key.list, '')
  redis.call('SETBIT', key.gone, tail, 1)
end
if lifted > 0 then redis.call('HSET', key.counters, 'tail', tail) end
if tail >= tailSeen then redis.call('HSET', key.counters, 'runId', runId) end
return { 'done', epoch, math.max(0, tailSeen - tail) }
