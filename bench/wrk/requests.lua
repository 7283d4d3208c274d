-- The headers of request number `index`: from one of 4,096 addresses, with the Origin of a page.
local addresses = 4096

function headersOf(index)
  local address = index % addresses
  return {
    ["Origin"] = "https://app.example.com",
    ["X-Forwarded-For"] = string.format("10.1.%d.%d", math.floor(address / 256), address % 256)
  }
end

function post(path, headers, body)
  headers["Content-Type"] = "application/json"
  return wrk.format("POST", path, headers, body)
end
