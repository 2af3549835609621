-- A place given or ended, the same way wherever it happens.

-- Gives places to `visitors` (flat list id, number, …); each must be claimed by `endsAtMs`.
local function givePlaces(visitors, endsAtMs)
  local ids, leases, places = {}, {}, {}
  for index = 1, #visitors, 2 do
    local id, number = visitors[index], visitors[index + 1]
    ids[#ids + 1] = id
    leases[#leases + 1] = endsAtMs
    leases[#leases + 1] = id
    places[#places + 1] = id
    places[#places + 1] = number .. ' unclaimed'
  end
  redis.call('SADD', key.booked, unpack(ids))
  redis.call('ZADD', key.leases, unpack(leases))
  redis.call('HSET', key.places, unpack(places))
  redis.call('HINCRBY', key.counters, 'admitted', #ids)
end

-- The number and whether the place was claimed, from an entry of `places`.
local function readPlace(entry)
  local number, state = string.match(entry or '0 claimed', '^(%d+) (%a+)$')
  return tonumber(number) or 0, state ~= 'unclaimed'
end

-- Takes one place away and returns the number it was given to.
local function takePlace(id)
  local number = readPlace(redis.call('HGET', key.places, id))
  redis.call('SREM', key.booked, id)
  redis.call('ZREM', key.leases, id)
  redis.call('HDEL', key.places, id)
  return number
end
