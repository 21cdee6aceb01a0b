-- running -> done | failed, or -> dead when its payload is garbage.
-- ARGV: incarnation, outcome TTL ms, then per job: id, state, outcome (for dead: the reason).
-- Answers code, time, and the ids that were refused (fenced off: somebody else owns or has ended them).
local incarnation, ttl = ARGV[1], tonumber(ARGV[2])
local refused = {}

local function refuse(id)
  refused[#refused + 1] = id
  count('total.fenced', 1)
end

local function commit(id, state, outcome)
  local job = load_job(id)
  if not job then return refuse(id) end
  if job.state ~= 'running' then return refuse(id) end -- guard: commit.running
  if job.owner ~= incarnation then return refuse(id) end -- guard: commit.owner
  redis.call('SREM', held_key(incarnation), id)
  if state == 'dead' then bury(job, outcome) else finish(job, state, outcome, ttl) end
end

for i = 3, #ARGV, 3 do commit(ARGV[i], ARGV[i + 1], ARGV[i + 2]) end
flush()
return { 'committed', NOW, unpack(refused) }
