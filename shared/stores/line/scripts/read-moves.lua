#!lua flags=no-writes
-- How many joined, passed the head of a line and left its middle, second by second, as the changes that are kept tell it.
-- USES lines
-- KEY changes stream
-- ARGV id to go on after, last id to read, most changes to look at
-- Returns the id to go on after, 1 when there is more else 0, then per second: ms at its begin, joined, passed, left
--   of the public line, then of the VIP line
local after, upTo, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local entries = redis.call('XRANGE', key.changes, '(' .. after, upTo, 'COUNT', most)

local leaves = { left = true, expired = true, revoked = true }
local passes = { admitted = true, aside = true }

-- How many of `visitors` ('id number id number …') are of the public line, and of the VIP line.
local function countVisitors(visitors)
  local _, spaces = string.gsub(visitors, ' ', ' ')
  local all, vips = (spaces + 1) / 2, 0
  if string.find(visitors, ' 9%d%d%d%d%d%d%d%d%d') then
    for number in string.gmatch(visitors, '%S+ (%d+)') do
      if tonumber(number) > vipBase then vips = vips + 1 end
    end
  end
  return all - vips, vips
end

local answer = { after, #entries == most and 1 or 0 }
for _, entry in ipairs(entries) do
  local id, flat = entry[1], entry[2]
  local field = {}
  for index = 1, #flat, 2 do field[flat[index]] = flat[index + 1] end
  local isLine = field.from == 'line'
  -- Whom an operator let in before their turn left the middle (`by`).
  local isLeaving = leaves[field.type] or field.type == 'admitted' and field.by
  local slot = field.type == 'joined' and 2 or isLine and isLeaving and 4 or isLine and passes[field.type] and 3
  local ms = tonumber(field.at)
  if slot and ms and field.visitors and field.visitors ~= '' then
    ms = ms - ms % 1000
    local base = #answer - 7
    if base < 2 or answer[base + 1] ~= ms then
      base = #answer
      for _, value in ipairs({ ms, 0, 0, 0, 0, 0, 0 }) do answer[#answer + 1] = value end
    end
    local publics, vips = countVisitors(field.visitors)
    answer[base + slot] = answer[base + slot] + publics
    answer[base + slot + 3] = answer[base + slot + 3] + vips
  end
  answer[1] = id
end
return answer
