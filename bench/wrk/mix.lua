-- What the model of docs/SCALE.md supposes: refreshes and log-ins in fixed shares, each sent when one is due, and between them GETs of the
-- paths in turn. Arguments: the paths with commas between, file, the number of the request to begin with, the shares of refreshes and
-- log-ins. Lines of the file: access tokens, refresh tokens that nobody used, and JSON bodies of log-ins.
dofile("report.lua")
dofile("requests.lua")
dofile("queue.lua")

local paths, tokens, bodies = {}, {}, {}
local asked, logIns, refreshes, reads = 0, 0, 0, 0
local first, refreshShare, logInShare

function init(args)
  for path in args[1]:gmatch("[^,]+") do paths[#paths + 1] = path end
  first, refreshShare, logInShare = tonumber(args[3]), tonumber(args[4]), tonumber(args[5])
  for line in io.lines(args[2]) do
    if line:sub(1, 1) == "{" then bodies[#bodies + 1] = line
    elseif line:find("^eyJ") then tokens[#tokens + 1] = line
    else put(line) end
  end
end

function request()
  asked = asked + 1
  local headers = headersOf(first + asked)
  if logIns < math.floor(asked * logInShare) then
    logIns = logIns + 1
    return post("/login", headers, bodies[(first + logIns) % #bodies + 1])
  end
  if refreshes < math.floor(asked * refreshShare) then
    refreshes = refreshes + 1
    return refresh("/refresh", headers)
  end
  reads = reads + 1
  headers["Authorization"] = "Bearer " .. tokens[reads % #tokens + 1]
  return wrk.format("GET", paths[math.floor(reads / #tokens) % #paths + 1], headers)
end
