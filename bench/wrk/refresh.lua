-- POST with refresh tokens, each used once. Arguments as of replay.lua.
dofile("report.lua")
dofile("requests.lua")
dofile("queue.lua")

local path, index

function init(args)
  path, index = args[1], tonumber(args[3])
  for token in io.lines(args[2]) do put(token) end
end

function request()
  index = index + 1
  return refresh(path, headersOf(index))
end
