-- How a visitor's turn ended: '<outcome> <number> <at ms> <1 when they held a place, else 0>'.
local function formatOutcome(outcome, number, nowMs, hadPlace)
  return outcome .. ' ' .. number .. ' ' .. nowMs .. ' ' .. (hadPlace and 1 or 0)
end

local function readOutcome(entry)
  if not entry then return nil end
  local outcome, number, atMs, hadPlace = string.match(entry, '^(%a+) (%d+) (%d+) ([01])$')
  if not outcome then return nil end
  return { outcome = outcome, number = tonumber(number), atMs = tonumber(atMs), hadPlace = hadPlace == '1' }
end
