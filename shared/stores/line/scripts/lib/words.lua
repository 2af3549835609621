-- The words of a text, in order: one argument of many words costs both sides less than as many arguments.
local function splitWords(text)
  local words, count = {}, 0
  for word in string.gmatch(text, '%S+') do
    count = count + 1
    words[count] = word
  end
  return words
end
