-- waiting -> dead (or expired, when its deadline has passed), for up to 200 jobs of each lane of a deployment that was withdrawn: no worker will take them.  ARGV: reason, outcome TTL ms.
if not is_withdrawn() then return { 'served', NOW, 0 } end -- guard: withdraw.withdrawn

local ended = 0
for _, lane in pairs(LANES) do
  for _ = 1, 200 do
    local id = redis.call('LPOP', lane)
    if not id then break end
    local job = load_job(id)
    if job and is_id(id) and (job.state == 'waiting' or not STATES[job.state]) then
      if job.state == 'waiting' then count_waiting(job, -1) end
      if job.deadline <= NOW and not job.fault then
        redis.call('ZREM', DEADLINES, id)
        finish(job, 'expired', '', tonumber(ARGV[2]))
      else
        bury(job, job.fault or ARGV[1])
        ended = ended + 1
      end
    else
      pass_over(id, job, tonumber(ARGV[2]))
    end
  end
end
flush()
return { 'withdrawn', NOW, ended }
