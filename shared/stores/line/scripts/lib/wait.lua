-- Ends the waiting of someone who has a ticket. Returns where they waited ('line' or 'aside') and their number, or nil.
-- A number that leaves the line before its turn is marked in `gone`; numbers aside have been popped before.
local function endWaiting(id)
  local number = redis.call('HGET', key.tickets, id)
  if not number then return nil end
  redis.call('HDEL', key.tickets, id)
  redis.call('ZREM', key.present, id)
  if redis.call('ZREM', key.aside, id) == 1 then
    redis.call('ZREM', key.returned, id)
    return 'aside', number
  end
  redis.call('SREM', key.queued, id)
  redis.call('SETBIT', key.gone, number, 1)
  return 'line', number
end
