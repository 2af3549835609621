#!lua
-- Binds an invitation to the first visitor who opens it and makes that one a VIP; a tier that an operator chose stays. Which
-- invitations are taken is kept until the last of them has ended.
-- USES clock,announce
-- KEY invites hash
-- KEY tiers hash
-- KEY counters hash
-- KEY changes stream
-- ARGV id of the invitation; its end, ms; visitor id
-- Returns {'taken', tier of the visitor} {'used'} by somebody else {'expired'}
local inviteId, endsAtMs, visitorId = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local nowMs = readNowMs()
local tier = redis.call('HGET', key.tiers, visitorId) or 'standard'
local holder = redis.call('HGET', key.invites, inviteId)
if holder == visitorId then return { 'taken', tier } end
if holder then return { 'used' } end
if endsAtMs <= nowMs then return { 'expired' } end

local keptMs = redis.call('PTTL', key.invites)
redis.call('HSET', key.invites, inviteId, visitorId)
if keptMs < endsAtMs - nowMs then redis.call('PEXPIREAT', key.invites, endsAtMs) end
if tier ~= 'standard' then return { 'taken', tier } end
redis.call('HSET', key.tiers, visitorId, 'vip')
announce('tier', '', { visitorId, 0 }, nowMs, { 'tier', 'vip' })
return { 'taken', 'vip' }
