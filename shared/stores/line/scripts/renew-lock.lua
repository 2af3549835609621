#!lua flags=allow-oom
-- Lengthens the lock for whoever holds it.
-- KEY lock string
-- ARGV token, time to live in ms
-- Returns 1 when the token holds the lock, else 0
local token, ttlMs = ARGV[1], ARGV[2]
if redis.call('GET', key.lock) ~= token then return 0 end
return redis.call('PEXPIRE', key.lock, ttlMs)
