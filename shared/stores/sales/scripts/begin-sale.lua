#!lua flags=allow-oom
-- Ends the sale that runs and begins the next, in one step: what is kept of it is renamed, counters begin anew, and the epoch
-- rises, so that tickets and copies of the old sale count no more. The cost does not grow with the sale.
-- USES clock,announce
-- KEY settingsGood hash
-- KEY archive hash
-- KEY changes stream
-- KEY list list
-- KEY vipList list
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
-- KEY confirmed hash
-- KEY journeys hash
-- KEY counters hash
-- KEY keptList list
-- KEY keptVipList list
-- KEY keptQueued set
-- KEY keptBooked set
-- KEY keptTickets hash
-- KEY keptAside zset
-- KEY keptReturned zset
-- KEY keptGone string
-- KEY keptVipGone string
-- KEY keptLeases zset
-- KEY keptPlaces hash
-- KEY keptPresent zset
-- KEY keptOutcomes hash
-- KEY keptConfirmed hash
-- KEY keptJourneys hash
-- KEY keptCounters hash
-- ARGV epoch that was looked at; number under which the old sale is kept; 1 to end places that are still held; browsers noted
--   so far; who
-- Returns {'begun', epoch, seq, keys renamed} {'notClosed'} {'changed'} another epoch, or the number is taken {'placesHeld', n}
local epoch, sale, endsPlaces, seen, who = ARGV[1], ARGV[2], ARGV[3] == '1', ARGV[4], ARGV[5]
local renames = {
  { key.list, key.keptList },
  { key.vipList, key.keptVipList },
  { key.queued, key.keptQueued },
  { key.booked, key.keptBooked },
  { key.tickets, key.keptTickets },
  { key.aside, key.keptAside },
  { key.returned, key.keptReturned },
  { key.gone, key.keptGone },
  { key.vipGone, key.keptVipGone },
  { key.leases, key.keptLeases },
  { key.places, key.keptPlaces },
  { key.present, key.keptPresent },
  { key.outcomes, key.keptOutcomes },
  { key.confirmed, key.keptConfirmed },
  { key.journeys, key.keptJourneys },
  { key.counters, key.keptCounters },
}

local nowMs = readNowMs()
local flat = redis.call('HGETALL', key.counters)
local counters = {}
for index = 1, #flat, 2 do counters[flat[index]] = flat[index + 1] end
if (counters.epoch or '0') ~= epoch or redis.call('HEXISTS', key.archive, sale) == 1 then return { 'changed' } end
if redis.call('HGET', key.settingsGood, 'admissions') ~= 'closed' then return { 'notClosed' } end
local booked = redis.call('SCARD', key.booked)
if booked > 0 and not endsPlaces then return { 'placesHeld', booked } end
local there = 0
for _, names in ipairs(renames) do
  if redis.call('EXISTS', names[2]) == 1 then return { 'changed' } end
  there = there + redis.call('EXISTS', names[1])
end

local confirmed = redis.call('HLEN', key.confirmed)
local waiting = redis.call('SCARD', key.queued) + redis.call('ZCARD', key.aside)
-- Of the journal's fields one is a turn, and one more is each that confirmed; who waits is told by the tickets alone.
local journeys = math.max(0, redis.call('HLEN', key.journeys) - confirmed) + waiting
redis.call('HSET', key.archive, sale, cjson.encode({
  endedAtMs = nowMs,
  who = who,
  epoch = tonumber(epoch),
  joined = tonumber(counters.joined or 0),
  admitted = tonumber(counters.admitted or 0),
  confirmed = confirmed,
  journeys = journeys,
  keys = there,
  waiting = waiting,
  booked = booked,
}))
for _, names in ipairs(renames) do
  if redis.call('EXISTS', names[1]) == 1 then redis.call('RENAME', names[1], names[2]) end
end
-- What belongs to the server and to the stream of changes goes on.
for _, name in ipairs({ 'seq', 'runId', 'lossRunId', 'tickAtMs', 'graceUntilMs' }) do
  if counters[name] then redis.call('HSET', key.counters, name, counters[name]) end
end
local newEpoch = tonumber(epoch) + 1
redis.call('HSET', key.counters, 'epoch', newEpoch, 'sale', sale, 'seenBefore', seen, 'saleAtMs', nowMs)
return { 'begun', newEpoch, announce('sale', '', {}, nowMs, { 'sale', sale, 'epoch', newEpoch }), there }
