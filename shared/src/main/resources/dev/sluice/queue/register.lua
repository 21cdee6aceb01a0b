-- Registers a new incarnation. Sets its alive key first, so that no other worker can remove it in between.
-- ARGV: incarnation, description (JSON), dead-after ms.
redis.call('SET', alive_key(ARGV[1]), NOW, 'PX', ARGV[3])
redis.call('HSET', WORKERS, ARGV[1], ARGV[2])
redis.call('SET', P .. 'seen', NOW)
return { 'registered', NOW }
