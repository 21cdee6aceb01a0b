-- waiting -> expired, for up to 200 jobs whose deadline has passed.  ARGV: outcome TTL ms.
local ttl, expired = tonumber(ARGV[1]), 0

local function expire(id)
  redis.call('ZREM', DEADLINES, id)
  local job = load_job(id)
  if not job then return end
  if job.state ~= 'waiting' then return end -- guard: expire.waiting
  count_waiting(job, -1)
  finish(job, 'expired', '', ttl)
  expired = expired + 1
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', NOW, 'LIMIT', 0, 200)) do expire(id) end
-- What was cancelled or has expired at the head of a lane goes, or it would pile up while no worker takes.
for _, lane in pairs(LANES) do
  for _ = 1, 200 do
    local id = redis.call('LINDEX', lane, 0)
    if not id or redis.call('HGET', job_key(id), 'state') == 'waiting' then break end
    redis.call('LPOP', lane)
  end
end
flush()
return { 'expired', NOW, expired }
