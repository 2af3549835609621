-- The one admission rule, for whoever joins and for the leader.
-- Reads: settingsGood, counters, booked, confirmed, gate. Writes only in spend().
local function readAdmission(nowMs)
  local settings = redis.call('HMGET', key.settingsGood,
    'maxBooking', 'admissions', 'ticketStock', 'newBookingsPerMinute', 'claimSeconds', 'bookingLockTTLSeconds', 'maxQueue',
    'vipSharePercent')
  local counters = redis.call('HMGET', key.counters, 'paceTokens', 'paceAtMs', 'head', 'tail', 'dueNumber', 'graceUntilMs',
    'vipHead', 'vipTail', 'vipDueNumber', 'vipCredit')
  local gate = redis.call('HMGET', key.gate, 'open', 'atMs', 'memoryFull')
  local booked = redis.call('SCARD', key.booked)
  local confirmed = redis.call('HLEN', key.confirmed)
  local rule = {
    mode = settings[2] or 'open',
    claimMs = readWhole(settings[5], 60) * 1000,
    maxQueue = readWhole(settings[7], 2000000),
    head = tonumber(counters[3] or 0),
    tail = tonumber(counters[4] or 0),
    dueNumber = tonumber(counters[5] or 0),
    vipSharePercent = readWhole(settings[8], 0),
    vipHead = tonumber(counters[7] or 0),
    vipTail = tonumber(counters[8] or 0),
    vipDueNumber = tonumber(counters[9] or 0),
    vipCredit = tonumber(counters[10] or 0),
    isMemoryFull = gate[3] == '1',
    waitMs = -1,
  }
  rule.newPlaceEndsAtMs = math.max(nowMs + rule.claimMs, tonumber(counters[6] or 0))
  -- The leader's word is fresh while it is not older than the lock may be without renewal.
  rule.isGateFresh = nowMs - tonumber(gate[2] or 0) <= (readWhole(settings[6], 5) + 1) * 1000

  local stock = readWhole(settings[3], 0)
  rule.isSoldOut = stock > 0 and confirmed >= stock

  local free = readWhole(settings[1], 3) - booked
  if stock > 0 then free = math.min(free, stock - confirmed - booked) end
  if rule.mode ~= 'open' or gate[1] ~= '1' then free = 0 end

  -- Token bucket: max(1, N/60) tokens, refilled with N/60 a second.
  local perMinute = readWhole(settings[4], 0)
  if perMinute > 0 then
    local capacity = math.max(1, perMinute / 60)
    local elapsedMs = math.max(0, nowMs - tonumber(counters[2] or 0))
    rule.tokens = math.min(capacity, tonumber(counters[1] or capacity) + elapsedMs * perMinute / 60000)
    local whole = math.floor(rule.tokens + 1e-9)
    if free > whole then
      free = whole
      rule.waitMs = math.ceil((whole + 1 - rule.tokens) * 60000 / perMinute)
    end
  end
  rule.free = math.max(0, free)

  -- Takes the tokens of `count` admissions.
  function rule.spend(count)
    if rule.tokens and count > 0 then
      redis.call('HSET', key.counters, 'paceTokens', string.format('%.9f', rule.tokens - count), 'paceAtMs', nowMs)
    end
  end
  return rule
end
