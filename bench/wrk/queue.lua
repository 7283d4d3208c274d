-- Refresh tokens, each used once: a request takes the first of the queue, an answer puts its successor at the end.
local queue, head, tail = {}, 1, 0

function put(token)
  tail = tail + 1
  queue[tail] = token
end

-- Without a token at hand an empty one is sent, which is refused and so counted as failed.
function refresh(path, headers)
  local token = queue[head] or ""
  if head <= tail then
    queue[head] = nil
    head = head + 1
  end
  return post(path, headers, '{"refreshToken":"' .. token .. '"}')
end

function response(_, _, body)
  local successor = body:match('"refreshToken":"([^"]+)"')
  if successor ~= nil then put(successor) end
end
