#!lua
-- Writes a visitor's tier into the record, where there is one. A record that is no hash is left alone.
-- KEYS the record
-- ARGV tier
-- Returns 1 when there is a record, else 0
local visitor, tier = unpack(KEYS), unpack(ARGV)
if redis.call('TYPE', visitor).ok ~= 'hash' then return 0 end
redis.call('HSET', visitor, 'tier', tier)
return 1
