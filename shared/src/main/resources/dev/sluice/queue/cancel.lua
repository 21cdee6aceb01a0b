-- waiting -> cancelled.  ARGV: id, outcome TTL ms. Its entry in the lane is skipped by the next take.
local job = load_job(ARGV[1])
if not job then return { 'unknown', NOW } end
if job.state ~= 'waiting' then return { job.state, NOW } end -- guard: cancel.waiting
redis.call('ZREM', DEADLINES, job.id)
count_waiting(job, -1)
finish(job, 'cancelled', '', tonumber(ARGV[2]))
flush()
return { 'cancelled', NOW }
