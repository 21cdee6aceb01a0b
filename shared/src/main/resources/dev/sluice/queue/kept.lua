-- Entries of the prediction log that somebody has kept go.  ARGV: their ids in the log.
-- Answers code, time, and how many of them were still there.
local gone = 0
for i = 1, #ARGV do
  local entry = redis.call('XRANGE', LOG, ARGV[i], ARGV[i])[1]
  if entry then
    drop_logged(entry)
    gone = gone + 1
  end
end
flush()
return { 'logged', NOW, gone }
