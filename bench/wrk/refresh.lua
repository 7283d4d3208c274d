-- POST with refresh tokens, each used once: a request takes the first of a queue, the answer puts its successor at the end. Arguments as of
-- replay.lua. Without a token at hand an empty one is sent, which is refused and so counted as failed.
dofile("report.lua")

local queue, head, tail = {}, 1, 0
local path, address
local addresses = 4096

function init(args)
  path, address = args[1], tonumber(args[3])
  for token in io.lines(args[2]) do
    tail = tail + 1
    queue[tail] = token
  end
end

function request()
  local token = queue[head] or ""
  if head <= tail then
    queue[head] = nil
    head = head + 1
  end
  address = (address + 1) % addresses
  local headers = {
    ["Content-Type"] = "application/json",
    ["Origin"] = "https://app.example.com",
    ["X-Forwarded-For"] = string.format("10.1.%d.%d", math.floor(address / 256), address % 256)
  }
  return wrk.format("POST", path, headers, '{"refreshToken":"' .. token .. '"}')
end

function response(_, _, body)
  local successor = body:match('"refreshToken":"([^"]+)"')
  if successor ~= nil then
    tail = tail + 1
    queue[tail] = successor
  end
end
