#!lua flags=allow-oom
-- The leader's tick: says whether the site can take more, and notices when no leader has ticked for 5 s.
-- USES settings,clock
-- KEY lock string
-- KEY settingsGood hash
-- KEY counters hash
-- KEY gate hash
-- ARGV token of the lock; 1 open or 0 shut; reason; 1 when Redis memory is nearly full;
--   highest number of the public line and of the VIP line that is asked for signs of life, in each line's own count
-- Returns {'done'} {'notLeader'}
local token, isOpen, reason, isMemoryFull, dueNumber, vipDueNumber = unpack(ARGV)
if redis.call('GET', key.lock) ~= token then return { 'notLeader' } end

local nowMs = readNowMs()
local lastTickMs = tonumber(redis.call('HGET', key.counters, 'tickAtMs') or nowMs)
if nowMs - lastTickMs > 5000 then
  local claimSeconds = readWhole(redis.call('HGET', key.settingsGood, 'claimSeconds'), 60)
  redis.call('HSET', key.counters, 'graceUntilMs', nowMs + claimSeconds * 1000)
end
redis.call('HSET', key.counters, 'tickAtMs', nowMs, 'dueNumber', dueNumber, 'vipDueNumber', vipDueNumber)
redis.call('HSET', key.gate, 'open', isOpen, 'reason', reason, 'atMs', nowMs, 'memoryFull', isMemoryFull)
return { 'done' }
