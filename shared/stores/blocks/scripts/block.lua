#!lua flags=allow-oom
-- Blocks a visitor or a network until some time from now, and announces it. An operator's word holds as it is; an automatic
-- block grows with each time, gives way to a pardon, never changes a block that stands, and there are only so many of them.
-- USES clock,announce
-- KEY blocked zset
-- KEY blockedDetails hash
-- KEY blockedPast zset
-- KEY blockedVersion string
-- KEY counters hash
-- KEY changes stream
-- ARGV target; visitor id or empty; who; reason; automatic 1 or 0; for ms (the first time); for ms at most;
--   ms for which an automatic block is remembered; automatic blocks at most
-- Returns {'blocked', until ms, times, version} {'standing', until ms} {'pardoned', until ms} {'full'}
local target, visitorId, who, reason, isAutomatic = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5] == '1'
local forMs, maxMs, memoryMs, maxAutomatic = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local maxForgotten = 100
local nowMs = readNowMs()

local function isActive(other)
  return tonumber(redis.call('ZSCORE', key.blocked, other) or 0) > nowMs
end

-- Drops what nobody needs to know any more; with `isCrowded` also the oldest that is only remembered.
local function forget(isCrowded)
  local old = isCrowded and redis.call('ZRANGE', key.blockedPast, 0, maxForgotten - 1)
    or redis.call('ZRANGEBYSCORE', key.blockedPast, '-inf', nowMs, 'LIMIT', 0, maxForgotten)
  for _, other in ipairs(old) do
    if not isActive(other) then
      redis.call('ZREM', key.blockedPast, other)
      redis.call('ZREM', key.blocked, other)
      redis.call('HDEL', key.blockedDetails, other)
    end
  end
  local over = redis.call('ZRANGEBYSCORE', key.blocked, '-inf', nowMs, 'LIMIT', 0, maxForgotten)
  if #over > 0 then redis.call('ZREM', key.blocked, unpack(over)) end
end

local standingUntilMs = tonumber(redis.call('ZSCORE', key.blocked, target) or 0)
local isRead, details = pcall(cjson.decode, redis.call('HGET', key.blockedDetails, target) or '{}')
if not isRead or type(details) ~= 'table' then details = {} end
local times = tonumber(details.times) or 0

if isAutomatic then
  if standingUntilMs > nowMs then return { 'standing', standingUntilMs } end
  local pardonedUntilMs = tonumber(details.pardonedUntilMs) or 0
  if pardonedUntilMs > nowMs then return { 'pardoned', pardonedUntilMs } end
  forget(redis.call('ZCARD', key.blockedPast) >= 2 * maxAutomatic)
  if redis.call('ZCARD', key.blocked) >= maxAutomatic then return { 'full' } end
  times = times + 1
  forMs = math.min(maxMs, forMs * 2 ^ math.min(times - 1, 40))
else
  forget(false)
end

local untilMs = math.floor(nowMs + forMs)
redis.call('ZADD', key.blocked, untilMs, target)
redis.call('ZADD', key.blockedPast, untilMs + memoryMs, target)
redis.call('HSET', key.blockedDetails, target,
  cjson.encode({ who = who, reason = reason, isAutomatic = isAutomatic, atMs = nowMs, times = times }))
local version = redis.call('INCR', key.blockedVersion)
local visitors = visitorId ~= '' and { visitorId, 0 } or {}
announce('blocked', '', visitors, nowMs,
  { 'target', target, 'until', untilMs, 'automatic', isAutomatic and 1 or 0, 'version', version })
return { 'blocked', untilMs, times, version }
