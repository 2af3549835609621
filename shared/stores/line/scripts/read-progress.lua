#!lua flags=no-writes
-- The lines as a whole, read in one moment.
-- USES clock,lines
-- KEY counters hash
-- KEY gate hash
-- KEY list list
-- KEY vipGone string
-- KEY queued set
-- KEY aside zset
-- KEY booked set
-- KEY confirmed hash
-- KEY changes stream
-- ARGV none
-- Returns now ms; id of the newest change or 0-0; length of the list; waiting in both lines; aside; booked; confirmed;
--   counters and gate as flat lists field, value, …; VIPs waiting in their line; VIPs aside
local vip = redis.call('HMGET', key.counters, 'vipHead', 'vipTail')
local vipHead, vipTail = tonumber(vip[1] or 0), tonumber(vip[2] or 0)
-- Everyone between head and tail waits who has not left.
local vipsGone = vipTail > vipHead and redis.call('BITCOUNT', key.vipGone, vipHead + 1, vipTail, 'BIT') or 0
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
  vipTail - vipHead - vipsGone,
  redis.call('ZCOUNT', key.aside, '(' .. vipBase, '+inf'),
}
