#!lua flags=allow-oom
-- Finishes a purchase: stores the order and frees the place. Asked again, it answers the first order.
-- USES settings,clock,announce,place,outcome
-- KEY settingsGood hash
-- KEY counters hash
-- KEY booked set
-- KEY leases zset
-- KEY places hash
-- KEY outcomes hash
-- KEY confirmed hash
-- KEY changes stream
-- ARGV visitor id, order (JSON), 1: writes an order that is there already once more, for whoever waits for replicas to hold it
-- Returns {'confirmed', order, seq, 1 now or 0 before} {'soldOut'} {'placeEnded'} {'notBooked'}
local id, order, isWrittenAgain = ARGV[1], ARGV[2], ARGV[3] == '1'
local nowMs = readNowMs()

local before = redis.call('HGET', key.confirmed, id)
if before and isWrittenAgain then redis.call('HSET', key.confirmed, id, before) end
if before then return { 'confirmed', before, tonumber(redis.call('HGET', key.counters, 'seq')), 0 } end
if redis.call('SISMEMBER', key.booked, id) == 0 then
  local ended = readOutcome(redis.call('HGET', key.outcomes, id))
  return { ended and ended.hadPlace and 'placeEnded' or 'notBooked' }
end
local stock = readWhole(redis.call('HGET', key.settingsGood, 'ticketStock'), 0)
if stock > 0 and redis.call('HLEN', key.confirmed) >= stock then return { 'soldOut' } end

redis.call('HSET', key.confirmed, id, order)
local number = takePlace(id)
redis.call('HDEL', key.outcomes, id)
redis.call('HINCRBY', key.counters, 'confirmed', 1)
return { 'confirmed', order, announce('confirmed', 'booked', { id, number }, nowMs), 1 }
