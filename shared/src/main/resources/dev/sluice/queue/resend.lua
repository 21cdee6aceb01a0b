-- Queues a dead letter again as a new job; its first outcome remains.  ARGV: id, the new job's id, relative deadline ms.
local job, new_id, deadline = load_job(ARGV[1]), ARGV[2], NOW + tonumber(ARGV[3])
if not job then return { 'unknown', NOW } end
if job.state ~= 'dead' then return { job.state, NOW } end -- guard: resend.dead
if is_withdrawn() then return { 'withdrawn', NOW } end -- guard: resend.withdrawn
if job.fault then return { 'faulty', NOW, job.fault } end
if redis.call('EXISTS', job_key(new_id)) == 1 then return { 'known', NOW } end -- guard: resend.known

local copied = { 'schema', 'lane', 'items', 'bytes', 'content', 'parts', 'signature', 'trace', 'header', 'payload', 'body' }
local fields = { 'state', 'waiting', 'accepted', NOW, 'deadline', deadline, 'resent-from', job.id }
for i, value in ipairs(redis.call('HMGET', job_key(job.id), unpack(copied))) do
  if value then
    fields[#fields + 1] = copied[i]
    fields[#fields + 1] = value
  end
end
if job.body then redis.call('COPY', body_key(job.id), body_key(new_id)) end
redis.call('HSET', job_key(new_id), unpack(fields))
redis.call('HSET', job_key(job.id), 'resent-to', new_id)
redis.call('RPUSH', LANES[job.lane], new_id)
redis.call('ZADD', DEADLINES, deadline, new_id)
count_open(job, 1)
count_waiting(job, 1)
count('total.accepted', 1)
flush()
wake_one()
return { 'accepted', NOW }
