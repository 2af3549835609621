-- Ends the waiting of someone who has a ticket. Returns where they waited ('line' or 'aside') and their number, or nil.
-- A number that leaves its line before its turn is marked there in `gone`; numbers aside have been popped before.
-- Wants `lines`.
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
  if tonumber(number) > vipBase then
    redis.call('SETBIT', key.vipGone, number - vipBase, 1)
  else
    redis.call('SETBIT', key.gone, number, 1)
  end
  return 'line', number
end
