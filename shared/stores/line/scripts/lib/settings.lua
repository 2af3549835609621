-- A whole number from the settings in force, which are checked before they are written. Anything else was typed there by
-- somebody: the default stands in for it until the leader has put the last good value back, with its next tick.
local function readWhole(text, default)
  text = text or ''
  return #text <= 9 and tonumber(string.match(text, '^%d+$')) or default
end
