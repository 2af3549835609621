#!lua
-- Gives back, aside, a number that a signed ticket proves and that Redis lost with its last second.
-- USES clock,announce,lines
-- KEY counters hash
-- KEY booked set
-- KEY tickets hash
-- KEY aside zset
-- KEY returned zset
-- KEY present zset
-- KEY outcomes hash
-- KEY confirmed hash
-- KEY changes stream
-- ARGV visitor id; number and epoch of the ticket
-- Returns {'restored', number} {'known'} the visitor is somewhere already {'notLost'} the number is none of the lost ones
local id, number, epoch = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local nowMs = readNowMs()
local isVip = number > vipBase
local counters = redis.call('HMGET', key.counters, 'epoch', isVip and 'vipLostFrom' or 'lostFrom',
  isVip and 'vipLostTo' or 'lostTo')
local lostFrom, lostTo = tonumber(counters[2] or 0), tonumber(counters[3] or 0)
local own = isVip and number - vipBase or number
if epoch >= tonumber(counters[1] or 0) or own <= lostFrom or own > lostTo then return { 'notLost' } end
if redis.call('SISMEMBER', key.booked, id) == 1
  or redis.call('HEXISTS', key.tickets, id) == 1
  or redis.call('HEXISTS', key.outcomes, id) == 1
  or redis.call('HEXISTS', key.confirmed, id) == 1 then
  return { 'known' }
end

redis.call('HSET', key.tickets, id, number)
redis.call('ZADD', key.aside, number, id)
redis.call('ZADD', key.returned, number, id)
redis.call('ZADD', key.present, nowMs, id)
redis.call('HINCRBY', key.counters, 'joined', 1)
announce('aside', '', { id, number }, nowMs)
return { 'restored', number }
