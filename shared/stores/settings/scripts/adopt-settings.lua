#!lua flags=allow-oom
-- Takes over what operators wrote: writes the overrides and missing defaults to `settings`, checks every field, copies the
-- valid ones to `settingsGood` and announces a change once. A field with a bad value keeps its last good one.
-- USES clock,announce
-- KEY settings hash
-- KEY settingsGood hash
-- KEY counters hash
-- KEY changes stream
-- ARGV number of fields; per field six: name, kind ('integer' | 'choice' | 'text' | 'checked'), default, least, most
--   (characters of a text), choices with | around each, or for a checked field = and the text that the caller has read and
--   found good (empty: none); then overrides in pairs name, value, checked by the caller
-- Returns {version, 1 when something changed, name and value of each refused field …}
local fieldCount = tonumber(ARGV[1])
local firstOverride = 2 + fieldCount * 6

local function isValid(kind, value, least, most, choices)
  if kind == 'integer' then
    local number = string.match(value, '^%d%d?%d?%d?%d?%d?%d?%d?%d?$') and tonumber(value)
    return number ~= nil and number ~= false and number >= tonumber(least) and number <= tonumber(most)
  end
  if kind == 'choice' then return string.find(choices, '|' .. value .. '|', 1, true) ~= nil and value ~= '' end
  -- Written again since the caller read it? Then it is refused this time and checked the next.
  if kind == 'checked' then return choices == '=' .. value end
  local characters = string.gsub(value, '[\128-\191]', '')
  return #characters <= tonumber(most) and not string.find(value, '[%z\1-\9\11-\31\127]')
end

local overrides = {}
for index = firstOverride, #ARGV, 2 do overrides[ARGV[index]] = ARGV[index + 1] end

local nowMs = readNowMs()
local written, adopted, refused = {}, {}, {}
local isMessageNew = false
for field = 0, fieldCount - 1 do
  local name, kind, default, least, most, choices = unpack(ARGV, 2 + field * 6, 7 + field * 6)
  local good = redis.call('HGET', key.settingsGood, name)
  local wished = overrides[name] or redis.call('HGET', key.settings, name)
  if overrides[name] or not wished then
    wished = wished or good or default
    written[#written + 1] = name
    written[#written + 1] = wished
  end
  if not isValid(kind, wished, least, most, choices) then
    refused[#refused + 1] = name
    refused[#refused + 1] = wished
    -- Somebody may have spoiled the good one as well. A checked text only its reader can judge.
    wished = good and (kind == 'checked' or isValid(kind, good, least, most, choices)) and good or default
  end
  if wished ~= good then
    adopted[#adopted + 1] = name
    adopted[#adopted + 1] = wished
    if name == 'message' then isMessageNew = good or wished ~= '' end
  end
end

if #written > 0 then redis.call('HSET', key.settings, unpack(written)) end
local version = tonumber(redis.call('HGET', key.settingsGood, 'version') or 0) or 0
if #adopted > 0 then
  version = version + 1
  redis.call('HSET', key.settingsGood, 'version', version, unpack(adopted))
  announce('settings', '', {}, nowMs)
  if isMessageNew then announce('message', '', {}, nowMs) end
end
return { version, #adopted > 0 and 1 or 0, unpack(refused) }
