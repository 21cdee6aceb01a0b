-- running -> waiting, without a death: jobs that an incarnation holds but does not know, because an answer to it was lost.
-- ARGV: incarnation, number of its last take (takes up to this number are refused if they arrive late), the ids that it knows.
local incarnation, known, back = ARGV[1], {}, 0
if redis.call('HEXISTS', WORKERS, incarnation) == 0 then return { 'unknown', NOW, 0 } end -- guard: recall.registered
for i = 3, #ARGV do known[ARGV[i]] = true end

local function give_back(id)
  if known[id] then return end -- guard: recall.known
  redis.call('SREM', held_key(incarnation), id)
  local job = load_job(id)
  if not job then return end
  if job.state ~= 'running' or job.owner ~= incarnation then return end -- guard: recall.owner
  wait_again(job)
  count('total.released', 1)
  back = back + 1
  wake_one()
end

-- SREM is first: it is a write that works at maxmemory, and the rest of the script then works too.
redis.call('SREM', IDLE, incarnation)
redis.call('HSET', RECALLED, incarnation, ARGV[2])
for _, id in ipairs(redis.call('SMEMBERS', held_key(incarnation))) do give_back(id) end
flush()
return { 'recalled', NOW, back }
