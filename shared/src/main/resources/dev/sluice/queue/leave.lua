-- Unregisters an incarnation that holds nothing.  ARGV: incarnation.
if redis.call('EXISTS', held_key(ARGV[1])) == 1 then return { 'holding', NOW } end -- guard: leave.empty-handed
redis.call('HDEL', WORKERS, ARGV[1])
redis.call('DEL', alive_key(ARGV[1]))
redis.call('SREM', IDLE, ARGV[1])
redis.call('HDEL', P .. 'served', ARGV[1])
redis.call('HDEL', RECALLED, ARGV[1])
return { 'left', NOW }
