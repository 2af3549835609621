#!lua
-- Writes session fields of a visitor who is known, and keeps the record for another while.
-- KEY visitor hash
-- ARGV time to live in ms, then field, value, …
-- Returns the number of fields written
local ttlMs = ARGV[1]
for index = 2, #ARGV, 2 do redis.call('HSET', key.visitor, 'session:' .. ARGV[index], ARGV[index + 1]) end
redis.call('PEXPIRE', key.visitor, ttlMs)
return (#ARGV - 1) / 2
