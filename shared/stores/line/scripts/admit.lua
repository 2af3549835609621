#!lua flags=allow-oom
-- Gives free places to whoever is next: people back from aside first, lowest number first, then the head of the line.
-- USES clock,announce,admission,place
-- KEY lock string
-- KEY settingsGood hash
-- KEY gate hash
-- KEY counters hash
-- KEY list list
-- KEY queued set
-- KEY booked set
-- KEY tickets hash
-- KEY aside zset
-- KEY returned zset
-- KEY gone string
-- KEY leases zset
-- KEY places hash
-- KEY present zset
-- KEY confirmed hash
-- KEY changes stream
-- ARGV token of the lock; most entries to look at (1..1000); absent after ms without a sign of life;
--   highest number that has been asked for signs of life for that long already (0 = none)
-- Returns {'done', admitted, put aside, 1 when another call would find more, ms until the next pace token or -1} {'notLeader'}
local token, limit, absentAfterMs, askedNumber = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if redis.call('GET', key.lock) ~= token then return { 'notLeader' } end

-- The ids of a flat list id, number, …
local function idsOf(visitors)
  local ids = {}
  for index = 1, #visitors, 2 do ids[#ids + 1] = visitors[index] end
  return ids
end

local nowMs = readNowMs()
local rule = readAdmission(nowMs)
local free = math.min(rule.free, limit)
if free == 0 then return { 'done', 0, 0, 0, rule.waitMs } end

local back = redis.call('ZRANGE', key.returned, 0, free - 1, 'WITHSCORES')
free = free - #back / 2

-- Look a little further than the free places, since some entries may be dead.
local window = free > 0 and math.min(limit, free * 2 + 16) or 0
local entries = window > 0 and redis.call('LRANGE', key.list, 0, window - 1) or {}
local tickets = #entries > 0 and redis.call('HMGET', key.tickets, unpack(entries)) or {}
local admitted, absent = {}, {}
local popped = 0
for index, id in ipairs(entries) do
  local number = rule.head + index
  if tickets[index] == tostring(number) then
    if free == 0 then break end
    local lastSignMs = number <= askedNumber and tonumber(redis.call('ZSCORE', key.present, id) or 0) or nowMs
    local list = admitted
    if nowMs - lastSignMs > absentAfterMs then list = absent else free = free - 1 end
    list[#list + 1] = id
    list[#list + 1] = number
  end
  popped = index
end

if popped > 0 then
  redis.call('LPOP', key.list, popped)
  redis.call('HSET', key.counters, 'head', rule.head + popped)
end
local backIds, admittedIds = idsOf(back), idsOf(admitted)
if #backIds > 0 then
  redis.call('ZREM', key.aside, unpack(backIds))
  redis.call('ZREM', key.returned, unpack(backIds))
  redis.call('ZREM', key.present, unpack(backIds))
  redis.call('HDEL', key.tickets, unpack(backIds))
end
if #admittedIds > 0 then
  redis.call('SREM', key.queued, unpack(admittedIds))
  redis.call('ZREM', key.present, unpack(admittedIds))
  redis.call('HDEL', key.tickets, unpack(admittedIds))
end
for index = 1, #absent, 2 do
  local id, number = absent[index], absent[index + 1]
  redis.call('SREM', key.queued, id)
  redis.call('ZADD', key.aside, number, id)
  redis.call('ZADD', key.present, nowMs, id)
  redis.call('SETBIT', key.gone, number, 1)
end

if #absent > 0 then announce('aside', 'line', absent, nowMs) end
if #back > 0 then
  givePlaces(back, rule.newPlaceEndsAtMs)
  announce('admitted', 'aside', back, nowMs)
end
if #admitted > 0 then
  givePlaces(admitted, rule.newPlaceEndsAtMs)
  announce('admitted', 'line', admitted, nowMs)
end
local count = (#back + #admitted) / 2
rule.spend(count)
local isLineLeft = redis.call('LLEN', key.list) > 0
local isBackLeft = redis.call('ZCARD', key.returned) > 0
local isMore = (free > 0 and isLineLeft) or (limit < rule.free and (isLineLeft or isBackLeft))
return { 'done', count, #absent / 2, isMore and 1 or 0, rule.waitMs }
