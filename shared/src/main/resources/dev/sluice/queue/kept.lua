-- Removes stored entries of the prediction log.  ARGV: the entries, in order.
-- Returns code, time, and the number of removed entries; an entry that is not the oldest was removed before.
local gone = 0
for _, entry in ipairs(ARGV) do
  local oldest = try('LINDEX', LOG, 0)
  if oldest == entry then
    redis.call('LPOP', LOG)
    drop_logged(entry)
    gone = gone + 1
  end
end
flush()
return { 'kept', NOW, gone }
