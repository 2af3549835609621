#!lua
-- Puts a visitor into a tier and announces it. Only tiers other than `standard` are kept, so the hash stays as small as the
-- number of exceptions; the record, in a slot of its own, is written by `note-tier`.
-- USES clock,announce
-- KEY tiers hash
-- KEY counters hash
-- KEY changes stream
-- ARGV visitor id; tier
-- Returns 'changed' or 'same'
local visitorId, tier = ARGV[1], ARGV[2]
local before = redis.call('HGET', key.tiers, visitorId) or 'standard'
if before == tier then return 'same' end
if tier == 'standard' then
  redis.call('HDEL', key.tiers, visitorId)
else
  redis.call('HSET', key.tiers, visitorId, tier)
end
announce('tier', '', { visitorId, 0 }, readNowMs(), { 'tier', tier })
return 'changed'
