-- Load for wrk: each request with the headers of another visitor.
-- Arguments: file of header blocks, bytes a block, number of blocks, method, path, 'random' or 'once', seed,
--   mean pause of a connection between two requests in ms (0 = none)
local blocks, blockBytes, count, method, path, order, pauseMs
local nextIndex = 0

function init(args)
  local file = assert(io.open(args[1], 'rb'))
  blocks = file:read('*a')
  file:close()
  blockBytes, count = tonumber(args[2]), tonumber(args[3])
  method, path, order = args[4], args[5], args[6]
  pauseMs = tonumber(args[8])
  math.randomseed(tonumber(args[7]))
end

function delay()
  return pauseMs > 0 and math.random(0, 2 * pauseMs) or 0
end

function request()
  local index
  if order == 'random' then
    index = math.random(0, count - 1)
  else
    index = nextIndex
    nextIndex = nextIndex + 1
    if nextIndex >= count then wrk.thread:stop() end
    if index >= count then index = count - 1 end
  end
  local at = index * blockBytes
  local body = method == 'POST' and 'Content-Length: 0\r\n' or ''
  return method .. ' ' .. path .. ' HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n' .. body
    .. blocks:sub(at + 1, at + blockBytes) .. '\r\n'
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"durationUs":%d,"p50Us":%d,"p99Us":%d,"failedSockets":%d,"failedAnswers":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status
  ))
end
