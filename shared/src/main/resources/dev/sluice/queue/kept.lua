-- Entries of a stream that somebody has kept go.  ARGV: the stream (log, feedback), then their ids in it.
-- Answers code, time, and how many of them were still there.
local stream, gone = ARGV[1], 0
for i = 2, #ARGV do
  local entry = redis.call('XRANGE', P .. stream, ARGV[i], ARGV[i])[1]
  if entry then
    drop_entry(stream, entry)
    gone = gone + 1
  end
end
flush()
return { 'kept', NOW, gone }
