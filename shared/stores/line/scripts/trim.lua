#!lua flags=allow-oom
-- Forgets outcomes older than visitorTTLMinutes, a piece at a time, and changes older than 5 minutes.
-- USES settings,clock,outcome
-- KEY lock string
-- KEY settingsGood hash
-- KEY outcomes hash
-- KEY changes stream
-- ARGV token of the lock; cursor of the last call, 0 to begin; about how many outcomes to look at
-- Returns {'done', next cursor, 0 when a round is over; outcomes forgotten} {'notLeader'}
local token, cursor, limit = ARGV[1], ARGV[2], ARGV[3]
if redis.call('GET', key.lock) ~= token then return { 'notLeader' } end

local nowMs = readNowMs()
redis.call('XTRIM', key.changes, 'MINID', '~', nowMs - 300000)
local ttlMs = readWhole(redis.call('HGET', key.settingsGood, 'visitorTTLMinutes'), 10) * 60000
local page = redis.call('HSCAN', key.outcomes, cursor, 'COUNT', limit)
local trimmed = 0
for index = 1, #page[2], 2 do
  local ended = readOutcome(page[2][index + 1])
  if not ended or nowMs - ended.atMs > ttlMs then
    redis.call('HDEL', key.outcomes, page[2][index])
    trimmed = trimmed + 1
  end
end
return { 'done', page[1], trimmed }
