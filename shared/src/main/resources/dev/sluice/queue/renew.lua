-- Renews the alive key.  ARGV: incarnation, dead-after ms, served items per second.
-- The alive key may have expired while the incarnation is still registered (after an outage of Redis): then it is set again.
if redis.call('HEXISTS', WORKERS, ARGV[1]) == 0 then return { 'unknown', NOW } end -- guard: renew.registered
if redis.call('PEXPIRE', alive_key(ARGV[1]), ARGV[2]) == 0 then
  redis.call('SET', alive_key(ARGV[1]), NOW, 'PX', ARGV[2])
end
-- Presence for the API; the script must not fail because of it when memory is low.
forgive('OOM', 'HSET', P .. 'served', ARGV[1], ARGV[3])
forgive('OOM', 'SET', P .. 'seen', NOW)
return { 'renewed', NOW }
