-- A sign of life.  ARGV: incarnation, dead-after ms, served items per second.
-- The alive key may be gone while the incarnation is still known (Redis was away): then it is set again.
if redis.call('HEXISTS', WORKERS, ARGV[1]) == 0 then return { 'unknown', NOW } end -- guard: renew.registered
if redis.call('PEXPIRE', alive_key(ARGV[1]), ARGV[2]) == 0 then
  redis.call('SET', alive_key(ARGV[1]), NOW, 'PX', ARGV[2])
end
-- Presence for the API; not worth failing for when memory is short.
redis.pcall('HSET', P .. 'served', ARGV[1], ARGV[3])
redis.pcall('SET', P .. 'seen', NOW)
return { 'renewed', NOW }
