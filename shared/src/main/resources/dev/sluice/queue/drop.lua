-- dead -> deleted.  ARGV: id.
local job = load_job(ARGV[1])
if not job then
  redis.call('ZREM', DEAD, ARGV[1])
  return { 'unknown', NOW }
end
if job.state ~= 'dead' then return { job.state, NOW } end -- guard: drop.dead
drop_letter(job.id)
flush()
return { 'dropped', NOW }
