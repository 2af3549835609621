-- Junk for wrk: pages without a cookie, made-up cookies, polls, joins, from one address behind the proxy that wrk plays.
-- Arguments: longest pause of a connection between two requests in ms; 0: none. Pauses are spread evenly, so that the
-- requests do not come in waves.
local maxPauseMs, kinds, at = 0, {}, 0

function init(args)
  maxPauseMs = tonumber(args[1])
  local from = { ['X-Forwarded-For'] = '203.0.113.66' }
  local function headers(more)
    local all = {}
    for name, value in pairs(from) do all[name] = value end
    for name, value in pairs(more) do all[name] = value end
    return all
  end
  local page = headers({ Accept = 'text/html,application/xhtml+xml,*/*;q=0.8', ['Sec-Fetch-Mode'] = 'navigate' })
  local json = headers({ Accept = 'application/json' })
  local madeUp = headers({
    Accept = 'text/html,application/xhtml+xml,*/*;q=0.8',
    Cookie = 'visitor_id=0190d5c2-0000-7000-8000-000000000000.' .. string.rep('A', 43),
  })
  kinds = {
    wrk.format('GET', '/', page),
    wrk.format('GET', '/ticketing', page),
    wrk.format('GET', '/ticketing', madeUp),
    wrk.format('GET', '/queue/status', json),
    wrk.format('POST', '/apply', json, 'seat=1'),
  }
end

function request()
  at = at % #kinds + 1
  return kinds[at]
end

function delay()
  return maxPauseMs > 0 and math.random(0, maxPauseMs) or 0
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"durationUs":%d,"failed":%d}\n',
    summary.requests, summary.duration, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
