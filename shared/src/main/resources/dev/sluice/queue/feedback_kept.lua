-- Deletes stored feedback.  ARGV: its ids in the stream.  Returns code, time, and the number of deleted entries.
local gone = 0

local function field(entry, name)
  for i = 1, #entry[2], 2 do
    if entry[2][i] == name then return entry[2][i + 1] end
  end
end

for _, place in ipairs(ARGV) do
  local entry = redis.call('XRANGE', FEEDBACK, place, place)[1]
  if entry then
    redis.call('XDEL', FEEDBACK, place)
    count('feedback.bytes', -(whole(field(entry, 'bytes')) or 0))
    gone = gone + 1
  end
end
flush()
return { 'kept', NOW, gone }
