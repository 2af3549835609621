#!lua flags=allow-oom
-- Announces in an event's changes what was changed in another slot of a cluster.
-- USES clock,announce
-- KEY counters hash
-- KEY changes stream
-- ARGV the change's type; visitors as `id number id number …`; then field, value, …
-- Returns the seq of the entry
local kind, visitors = ARGV[1], ARGV[2]
local fields = {}
for index = 3, #ARGV do fields[#fields + 1] = ARGV[index] end
return announce(kind, '', { visitors }, readNowMs(), fields)
