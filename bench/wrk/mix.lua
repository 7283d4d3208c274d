-- What the model of docs/SCALE.md supposes: refreshes and log-ins in fixed shares, each sent when one is due, and between them GETs of the
-- paths in turn. Arguments: the paths with commas between, file, the number of the address to begin with, the shares of refreshes and
-- log-ins. Lines of the file: access tokens, refresh tokens that nobody used, and JSON bodies of log-ins.
dofile("report.lua")

local paths, tokens, bodies, queue = {}, {}, {}, {}
local head, tail, asked, logged, reads, refreshes = 1, 0, 0, 0, 0, 0
local address, refreshShare, logInShare
local addresses = 4096

function init(args)
  for path in args[1]:gmatch("[^,]+") do paths[#paths + 1] = path end
  address, refreshShare, logInShare = tonumber(args[3]), tonumber(args[4]), tonumber(args[5])
  for line in io.lines(args[2]) do
    if line:sub(1, 1) == "{" then bodies[#bodies + 1] = line
    elseif line:find("^eyJ") then tokens[#tokens + 1] = line
    else
      tail = tail + 1
      queue[tail] = line
    end
  end
end

local function post(path, headers, body)
  headers["Content-Type"] = "application/json"
  return wrk.format("POST", path, headers, body)
end

function request()
  asked = asked + 1
  address = (address + 1) % addresses
  local headers = {
    ["Origin"] = "https://app.example.com",
    ["X-Forwarded-For"] = string.format("10.1.%d.%d", math.floor(address / 256), address % 256)
  }
  if logged < math.floor(asked * logInShare) then
    logged = logged + 1
    return post("/login", headers, bodies[logged % #bodies + 1])
  end
  if refreshes < math.floor(asked * refreshShare) then
    refreshes = refreshes + 1
    local token = queue[head] or ""
    if head <= tail then
      queue[head] = nil
      head = head + 1
    end
    return post("/refresh", headers, '{"refreshToken":"' .. token .. '"}')
  end
  reads = reads + 1
  headers["Authorization"] = "Bearer " .. tokens[reads % #tokens + 1]
  return wrk.format("GET", paths[reads % #paths + 1], headers)
end

function response(_, _, body)
  local successor = body:match('"refreshToken":"([^"]+)"')
  if successor ~= nil then
    tail = tail + 1
    queue[tail] = successor
  end
end
