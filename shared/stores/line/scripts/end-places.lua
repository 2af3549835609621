#!lua flags=allow-oom
-- Ends places 2 s after their time and the waiting of people aside who gave no sign for visitorTTLMinutes.
-- Unclaimed places go aside with their number the first time, and expire the second time.
-- USES settings,clock,announce,place,outcome,lines,wait
-- KEY lock string
-- KEY settingsGood hash
-- KEY counters hash
-- KEY queued set
-- KEY booked set
-- KEY tickets hash
-- KEY aside zset
-- KEY returned zset
-- KEY gone string
-- KEY vipGone string
-- KEY leases zset
-- KEY places hash
-- KEY present zset
-- KEY outcomes hash
-- KEY changes stream
-- ARGV token of the lock; most places to end (1..1000)
-- Returns {'done', ended, 1 when another call would find more} {'notLeader'}
local token, limit = ARGV[1], tonumber(ARGV[2])
if redis.call('GET', key.lock) ~= token then return { 'notLeader' } end

local nowMs = readNowMs()
-- After an outage nothing ends before people had time to come back.
if tonumber(redis.call('HGET', key.counters, 'graceUntilMs') or 0) > nowMs then return { 'done', 0, 0 } end

-- Renewals travel in batches: 2 s for the last one to arrive.
local due = redis.call('ZRANGEBYSCORE', key.leases, '-inf', nowMs - 2000, 'LIMIT', 0, limit)
local expired, unclaimed = {}, {}
for _, id in ipairs(due) do
  local _, isClaimed = readPlace(redis.call('HGET', key.places, id))
  local before = readOutcome(redis.call('HGET', key.outcomes, id))
  local hadChance = before and before.outcome == 'unclaimed'
  local list = (isClaimed or hadChance) and expired or unclaimed
  local number = takePlace(id)
  list[#list + 1] = id
  list[#list + 1] = number
  if list == expired then
    redis.call('HSET', key.outcomes, id, formatOutcome('expired', number, nowMs, true))
  else
    redis.call('HSET', key.outcomes, id, formatOutcome('unclaimed', number, nowMs, true))
    redis.call('HSET', key.tickets, id, number)
    redis.call('ZADD', key.aside, number, id)
    redis.call('ZADD', key.present, nowMs, id)
  end
end
if #expired > 0 then
  redis.call('HINCRBY', key.counters, 'expired', #expired / 2)
  announce('expired', 'booked', expired, nowMs)
end
if #unclaimed > 0 then
  redis.call('HINCRBY', key.counters, 'unclaimed', #unclaimed / 2)
  announce('aside', 'booked', unclaimed, nowMs)
end

local ttlMs = readWhole(redis.call('HGET', key.settingsGood, 'visitorTTLMinutes'), 10) * 60000
local silent = redis.call('ZRANGEBYSCORE', key.present, '-inf', nowMs - ttlMs, 'LIMIT', 0, limit)
local lost = {}
for _, id in ipairs(silent) do
  if redis.call('ZSCORE', key.aside, id) then
    local before = readOutcome(redis.call('HGET', key.outcomes, id))
    local _, number = endWaiting(id)
    redis.call('HSET', key.outcomes, id, formatOutcome('expired', number, nowMs, before and before.hadPlace))
    lost[#lost + 1] = id
    lost[#lost + 1] = number
  else
    -- Still in the line: no sign there counts as absent, and so does none at all.
    redis.call('ZREM', key.present, id)
  end
end
if #lost > 0 then
  redis.call('HINCRBY', key.counters, 'expiredWaiting', #lost / 2)
  announce('expired', 'aside', lost, nowMs)
end
return { 'done', (#expired + #unclaimed + #lost) / 2, (#due == limit or #silent == limit) and 1 or 0 }
