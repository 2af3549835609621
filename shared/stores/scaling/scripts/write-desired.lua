#!lua flags=allow-oom
-- The leader's word on how many instances a room needs. A room whose wish or whose memory is another than the caller has
-- read is left alone: the next evaluation sees them.
-- USES clock
-- KEY lock string
-- KEY scaling hash
-- ARGV token of the lock; then per room twelve: room, wish and memory as read (or empty), desired, cause, reason, running,
--   starting, utilization or empty, min, max, memory
-- Returns {'done', rooms written …} {'notLeader'}
local token = ARGV[1]
if redis.call('GET', key.lock) ~= token then return { 'notLeader' } end

local nowMs = readNowMs()
local written = { 'done' }
for first = 2, #ARGV, 12 do
  local room, wish, memoryRead, desired, cause, reason, running, starting, utilization, min, max, memory =
    unpack(ARGV, first, first + 11)
  local before = redis.call('HMGET', key.scaling, room .. ':wish', room .. ':memory', room .. ':desired')
  if (before[1] or '') == wish and (before[2] or '') == memoryRead then
    if before[3] ~= desired then redis.call('HSET', key.scaling, room .. ':changedAtMs', nowMs) end
    redis.call('HSET', key.scaling, room .. ':desired', desired, room .. ':cause', cause, room .. ':reason', reason,
      room .. ':running', running, room .. ':starting', starting, room .. ':utilization', utilization,
      room .. ':min', min, room .. ':max', max, room .. ':memory', memory, room .. ':atMs', nowMs)
    written[#written + 1] = room
  end
end
return written
