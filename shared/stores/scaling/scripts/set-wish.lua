#!lua flags=allow-oom
-- An operator chooses how many instances of a room run, within its bounds, or gives the choice back. A chosen number is
-- wanted from now on, without waiting for the leader.
-- USES clock
-- KEY scaling hash
-- ARGV room; a whole number, or empty for none; reason to show with a number
-- Returns {'set', wish before or empty, desired} {'refused', min, max} {'unknown'}: no leader has set bounds yet
local room, wish, reason = ARGV[1], ARGV[2], ARGV[3]
local fields = redis.call('HMGET', key.scaling, room .. ':wish', room .. ':desired', room .. ':min', room .. ':max')
local before, desired, min, max = fields[1] or '', fields[2], tonumber(fields[3] or ''), tonumber(fields[4] or '')
if not (desired and min and max) then return { 'unknown' } end
if wish == '' then
  redis.call('HDEL', key.scaling, room .. ':wish')
  return { 'set', before, desired }
end
if tonumber(wish) < min or tonumber(wish) > max then return { 'refused', tostring(min), tostring(max) } end
if wish ~= desired then redis.call('HSET', key.scaling, room .. ':changedAtMs', readNowMs()) end
redis.call('HSET', key.scaling, room .. ':wish', wish, room .. ':desired', wish, room .. ':cause', 'wish',
  room .. ':reason', reason)
return { 'set', before, wish }
