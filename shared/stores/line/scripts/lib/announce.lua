-- Writes one entry to the stream of changes and returns its dense number.
-- kind: the change's type; from: 'line', 'aside', 'booked' or ''; visitors: flat list id, number, id, number, …
-- fields: further ones of the entry, flat, or nil
local function announce(kind, from, visitors, nowMs, fields)
  -- Without these keys the stream is in another slot of a cluster: then the caller announces it there.
  if not key.changes then return 0 end
  local seq = redis.call('HINCRBY', key.counters, 'seq', 1)
  redis.call('XADD', key.changes, '*', 'seq', seq, 'type', kind, 'from', from,
    'visitors', table.concat(visitors, ' '), 'at', nowMs, unpack(fields or {}))
  return seq
end
