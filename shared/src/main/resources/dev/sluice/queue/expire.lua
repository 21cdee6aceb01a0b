-- waiting -> expired, for up to 200 jobs whose deadline has passed.  ARGV: outcome TTL ms.
local ttl, expired = tonumber(ARGV[1]), 0

local LOOK_AGAIN_MS = 10000

local function expire(id)
  redis.call('ZREM', DEADLINES, id)
  local job = load_job(id)
  if not job then return end
  -- A running job stays in the set of open jobs, where reclaim finds jobs without a holder.
  if job.state == 'running' then redis.call('ZADD', DEADLINES, NOW + LOOK_AGAIN_MS, id) end
  if job.state ~= 'waiting' then return end -- guard: expire.waiting
  count_waiting(job, -1)
  finish(job, 'expired', '', ttl)
  expired = expired + 1
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', NOW, 'LIMIT', 0, 200)) do expire(id) end
-- Cancelled and expired entries at the head of a lane are removed; without a worker they would accumulate.
for _, lane in pairs(LANES) do
  for _ = 1, 200 do
    local id = redis.call('LINDEX', lane, 0)
    if not id then break end
    local job = load_job(id)
    if job and is_id(id) and (job.state == 'waiting' or not STATES[job.state]) then break end
    redis.call('LPOP', lane)
    pass_over(id, job, ttl)
  end
end
flush()
-- Nothing is open: removes what lost records have left in the counters.
if redis.call('EXISTS', DEADLINES, LANES.interactive, LANES.bulk) == 0 then
  for _, name in ipairs({ 'open.jobs', 'open.items', 'open.bytes', 'open.bulk-items', 'waiting.jobs', 'waiting.items' }) do
    if (redis.call('HGET', P .. 'counters', name) or '0') ~= '0' then redis.call('HSET', P .. 'counters', name, 0) end
  end
end
return { 'expired', NOW, expired }
