#!lua flags=no-writes
-- The line as a whole, read in one moment.
-- USES clock
-- KEY counters hash
-- KEY gate hash
-- KEY list list
-- KEY queued set
-- KEY aside zset
-- KEY booked set
-- KEY confirmed hash
-- KEY changes stream
-- ARGV none
-- Returns now ms; id of the newest change or 0-0; length of the list; waiting in line; aside; booked; confirmed;
--   counters and gate as flat lists field, value, …
local last = redis.call('XREVRANGE', key.changes, '+', '-', 'COUNT', 1)
return {
  readNowMs(),
  last[1] and last[1][1] or '0-0',
  redis.call('LLEN', key.list),
  redis.call('SCARD', key.queued),
  redis.call('ZCARD', key.aside),
  redis.call('SCARD', key.booked),
  redis.call('HLEN', key.confirmed),
  redis.call('HGETALL', key.counters),
  redis.call('HGETALL', key.gate),
}
