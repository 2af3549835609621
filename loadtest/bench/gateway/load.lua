-- Load for wrk: the same request again and again, each with the cookie of a visitor: drawn at random, or one after the other.
-- Arguments: file of cookies, bytes a cookie, number of visitors to draw from, seed, method, host, path, bytes of the body,
--   index of the first visitor when they come in turn, -1 when they are drawn
local cookies, cookieBytes, visitors, before, after, nextVisitor

function init(args)
  local file = assert(io.open(args[1], 'rb'))
  cookies = file:read('*a')
  file:close()
  cookieBytes, visitors = tonumber(args[2]), tonumber(args[3])
  math.randomseed(tonumber(args[4]))
  local method, host, path, bodyBytes = args[5], args[6], args[7], tonumber(args[8])
  nextVisitor = tonumber(args[9])
  before = method .. ' ' .. path .. ' HTTP/1.1\r\nHost: ' .. host .. '\r\n'
    .. 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n'
    .. 'Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nCookie: visitor_id='
  after = '\r\n\r\n'
  if bodyBytes > 0 then
    after = '\r\nContent-Type: application/json\r\nContent-Length: ' .. bodyBytes .. '\r\n\r\n'
      .. '{"note":"' .. string.rep('x', bodyBytes - 11) .. '"}'
  end
end

local function pickVisitor()
  if nextVisitor < 0 then return math.random(0, visitors - 1) end
  local visitor = nextVisitor
  nextVisitor = (visitor + 1) % visitors
  return visitor
end

function request()
  local at = pickVisitor() * cookieBytes
  return before .. cookies:sub(at + 1, at + cookieBytes) .. after
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"durationUs":%d,"bytes":%d,"p50Us":%d,"p99Us":%d,"failedSockets":%d,"failedAnswers":%d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status
  ))
end
