#!lua flags=allow-oom
-- The leader's word on how many instances a room needs. A room whose wish is another than the caller has read is left
-- alone: the next evaluation sees it. What is no number (people may have touched it) is written over.
-- USES clock
-- KEY lock string
-- KEY scaling hash
-- ARGV token of the lock; then per room eleven: room, wish as read (or empty), desired, cause, reason, running, starting,
--   utilization or empty, min, max, memory
-- Returns {'done', rooms written …} {'notLeader'}
local token = ARGV[1]
if redis.call('GET', key.lock) ~= token then return { 'notLeader' } end

local function isReadable(fields)
  for index = 2, 4 do
    if not string.match(fields[index] or '', '^%d+$') then return false end
  end
  return true
end

local nowMs = readNowMs()
local written = { 'done' }
for first = 2, #ARGV, 11 do
  local room, wish, desired, cause, reason, running, starting, utilization, min, max, memory =
    unpack(ARGV, first, first + 10)
  local before = redis.call('HMGET', key.scaling, room .. ':wish', room .. ':desired', room .. ':min', room .. ':max')
  if not isReadable(before) or tonumber(before[1] or '') == tonumber(wish) then
    if before[2] ~= desired then redis.call('HSET', key.scaling, room .. ':changedAtMs', nowMs) end
    redis.call('HSET', key.scaling, room .. ':desired', desired, room .. ':cause', cause, room .. ':reason', reason,
      room .. ':running', running, room .. ':starting', starting, room .. ':utilization', utilization,
      room .. ':min', min, room .. ':max', max, room .. ':memory', memory, room .. ':atMs', nowMs)
    written[#written + 1] = room
  end
end
return written
