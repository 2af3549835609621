#!lua flags=allow-oom
-- Gives the lock up for whoever holds it.
-- KEY lock string
-- ARGV token
-- Returns 1 when the token held the lock, else 0
local token = ARGV[1]
if redis.call('GET', key.lock) ~= token then return 0 end
return redis.call('DEL', key.lock)
