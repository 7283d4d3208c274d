-- Sends the lines of a file in turn, as Bearer tokens of a GET or as JSON bodies of a POST, each from another of 4,096 addresses.
-- Arguments: path, file, and the number of the request to begin with. Every request is made beforehand.
dofile("report.lua")
dofile("requests.lua")

local requests, position = {}, 0

function init(args)
  local path, file, first = args[1], args[2], tonumber(args[3])
  local lines = {}
  for line in io.lines(file) do lines[#lines + 1] = line end
  for index = 0, math.max(#lines, 4096) - 1 do
    local line = lines[index % #lines + 1]
    local headers = headersOf(index)
    if line:sub(1, 1) == "{" then
      requests[index + 1] = post(path, headers, line)
    else
      headers["Authorization"] = "Bearer " .. line
      requests[index + 1] = wrk.format("GET", path, headers)
    end
  end
  position = first % #requests
end

function request()
  position = position % #requests + 1
  return requests[position]
end
