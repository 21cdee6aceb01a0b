-- running -> waiting, without a death.  ARGV: incarnation, 'head' or 'tail', then the ids in the order in which they were taken.
local incarnation, push = ARGV[1], ARGV[2] == 'tail' and 'RPUSH' or 'LPUSH'
local refused = {}

local function release(id)
  local job = load_job(id)
  if not job then return end
  if job.state ~= 'running' then refused[#refused + 1] = id return end -- guard: release.running
  if job.owner ~= incarnation then refused[#refused + 1] = id return end -- guard: release.owner
  redis.call('SREM', held_key(incarnation), id)
  if job.fault then return bury(job, job.fault) end
  wait_again(job, push)
  count('total.released', 1)
  wake_one()
end

-- In reverse order, so that the first taken is at the head again.
for i = #ARGV, 3, -1 do release(ARGV[i]) end
flush()
return { 'released', NOW, unpack(refused) }
