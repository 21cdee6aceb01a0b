-- Meets every refusal that a script of the protocol can meet, and leaves nothing behind: no memory, no disk, a replica, a missing right.
redis.call('SET', KEYS[1], '1')
redis.call('DEL', KEYS[1])
if ARGV[1] ~= '' then
  redis.call('PUBLISH', ARGV[1], '')
end
return 'OK'
