-- running -> waiting, without a death.  ARGV: incarnation, then the ids in the order in which they were taken.
local incarnation = ARGV[1]
local refused = {}

local function release(id)
  local job = load_job(id)
  if not job then return end
  if job.state ~= 'running' then refused[#refused + 1] = id return end -- guard: release.running
  if job.owner ~= incarnation then refused[#refused + 1] = id return end -- guard: release.owner
  redis.call('SREM', held_key(incarnation), id)
  wait_again(job)
  count('total.released', 1)
  wake_one()
end

-- Backwards, so that the first taken stands at the head again.
for i = #ARGV, 2, -1 do release(ARGV[i]) end
flush()
return { 'released', NOW, unpack(refused) }
