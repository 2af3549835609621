#!lua flags=allow-oom
-- Gives free places to whoever is next: of each line people back from aside first, lowest number first, then its head. While
-- both lines have somebody to admit, VIPs get `vipSharePercent` of the places; while one has nobody, the other gets all.
-- USES settings,clock,announce,admission,place,lines
-- KEY lock string
-- KEY settingsGood hash
-- KEY gate hash
-- KEY counters hash
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
-- KEY confirmed hash
-- KEY changes stream
-- ARGV token of the lock; most entries of a line to look at (1..1000); absent after ms without a sign of life;
--   how many numbers of the public line and of the VIP line have been asked for signs of life for that long already (0 = none)
-- Returns {'done', admitted, put aside, 1 when another call would find more, ms until the next pace token or -1} {'notLeader'}
local token, limit, absentAfterMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local askedNumber, askedVipNumber = tonumber(ARGV[4]), tonumber(ARGV[5])
if redis.call('GET', key.lock) ~= token then return { 'notLeader' } end

local nowMs = readNowMs()
local rule = readAdmission(nowMs)
local free = math.min(rule.free, limit)
if free == 0 then return { 'done', 0, 0, 0, rule.waitMs } end

local back, admitted, absent = {}, {}, {}

local function append(visitors, id, number)
  visitors[#visitors + 1] = id
  visitors[#visitors + 1] = number
end

-- A line as far as this call looks: a little further than the free places, since some entries may be dead.
-- `head` and `asked` are numbers of that line's own count, `base` what their tickets have on top.
local function openLine(list, length, head, base, asked, lowest, highest)
  local returned = redis.call('ZRANGE', key.returned, lowest, highest, 'BYSCORE', 'LIMIT', 0, free, 'WITHSCORES')
  local wanted = free - #returned / 2
  local window = wanted > 0 and length > 0 and math.min(limit, wanted * 2 + 16) or 0
  local entries = window > 0 and redis.call('LRANGE', list, 0, window - 1) or {}
  local tickets = #entries > 0 and redis.call('HMGET', key.tickets, unpack(entries)) or {}
  local line = { popped = 0, length = length, alive = 0 }
  local returnedAt, readyAt = 1, 0

  function line.hasReturned() return returnedAt < #returned end

  -- Whether somebody may enter now. On the way whoever is dead is popped, and whoever is absent goes aside.
  function line.isReady()
    if line.hasReturned() or readyAt > line.popped then return true end
    for index = line.popped + 1, #entries do
      local id, number = entries[index], base + head + index
      if tickets[index] == tostring(number) then
        local lastSignMs = head + index <= asked and tonumber(redis.call('ZSCORE', key.present, id) or 0) or nowMs
        if nowMs - lastSignMs <= absentAfterMs then
          readyAt = index
          return true
        end
        append(absent, id, number)
        line.alive = line.alive - 1
      end
      line.popped = index
    end
    return false
  end

  -- Nobody is ready as far as this call looked, but the line goes on behind.
  function line.isCut() return line.popped == #entries and length > #entries end

  function line.take()
    if line.hasReturned() then
      append(back, returned[returnedAt], returned[returnedAt + 1])
      returnedAt = returnedAt + 2
    else
      line.popped = line.popped + 1
      line.alive = line.alive - 1
      append(admitted, entries[line.popped], base + head + line.popped)
    end
  end
  return line
end

local vipLength = redis.call('LLEN', key.vipList)
local public = openLine(key.list, redis.call('LLEN', key.list), rule.head, 0, askedNumber, '-inf', vipBase)
local vip = openLine(key.vipList, vipLength, rule.vipHead, vipBase, askedVipNumber, '(' .. vipBase, '+inf')
-- VIPs who wait when the share is taken away have no priority left: both lines then move in proportion to those who wait.
if rule.vipSharePercent == 0 and vipLength > 0 then
  for gone, line in pairs({ [key.gone] = public, [key.vipGone] = vip }) do
    local head = line == vip and rule.vipHead or rule.head
    line.alive = line.length - redis.call('BITCOUNT', gone, head + 1, head + line.length, 'BIT')
  end
end
local function readShare()
  if rule.vipSharePercent > 0 then return rule.vipSharePercent end
  return math.max(1, math.min(90, math.ceil(100 * vip.alive / math.max(1, vip.alive + public.alive))))
end

-- Which of the lines gives the next one, when both can. Each place adds the share to the credit; whenever that makes a whole
-- place, it is a VIP's.
local credit = rule.vipCredit
local function pickLine()
  if rule.vipSharePercent == 0 and public.hasReturned() then return public end
  if rule.vipSharePercent == 0 and vip.hasReturned() then return vip end
  credit = credit + readShare()
  if credit < 100 then return public end
  credit = credit - 100
  return vip
end

while free > 0 do
  local isPublicReady, isVipReady = public.isReady(), vip.isReady()
  if not isPublicReady and public.isCut() or not isVipReady and vip.isCut() then break end
  if not isPublicReady and not isVipReady then break end
  local line = isPublicReady and public or vip
  if isPublicReady and isVipReady then line = pickLine() end
  line.take()
  free = free - 1
end

-- The ids of a flat list id, number, …
local function idsOf(visitors)
  local ids = {}
  for index = 1, #visitors, 2 do ids[#ids + 1] = visitors[index] end
  return ids
end

if public.popped > 0 then
  redis.call('LPOP', key.list, public.popped)
  redis.call('HSET', key.counters, 'head', rule.head + public.popped)
end
if vip.popped > 0 then
  redis.call('LPOP', key.vipList, vip.popped)
  redis.call('HSET', key.counters, 'vipHead', rule.vipHead + vip.popped)
end
if credit ~= rule.vipCredit then redis.call('HSET', key.counters, 'vipCredit', credit) end
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
  if number > vipBase then
    redis.call('SETBIT', key.vipGone, number - vipBase, 1)
  else
    redis.call('SETBIT', key.gone, number, 1)
  end
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
local isLineLeft = public.popped < public.length or vip.popped < vipLength
local isBackLeft = redis.call('ZCARD', key.returned) > 0
local isMore = (free > 0 and isLineLeft) or (limit < rule.free and (isLineLeft or isBackLeft))
return { 'done', count, #absent / 2, isMore and 1 or 0, rule.waitMs }
