-- Entries of the prediction log that somebody has kept go.  ARGV: the entries, in their order.
-- Answers code, time, and how many of them were still there: they are the oldest, or have gone.
local gone = 0
for _, entry in ipairs(ARGV) do
  local oldest = redis.pcall('LINDEX', LOG, 0)
  if oldest == entry then
    redis.call('LPOP', LOG)
    drop_logged(entry)
    gone = gone + 1
  end
end
flush()
return { 'kept', NOW, gone }
