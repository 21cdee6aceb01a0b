-- running -> waiting (one more death) | dead, for the jobs of incarnations whose alive key has expired.
-- ARGV: age of the caller's own connection ms, least age ms (dead-after + tick), deaths at which a job is dead,
-- most bytes and greatest age ms of the dead letters, ms without a reclaim that count as a standstill.
-- Returns code, time, jobs waiting again, jobs dead, removed incarnations.
local age, least_age, most_deaths = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local most_dead_bytes, greatest_dead_age, standstill = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local again, dead, removed = 0, 0, {}
local ORPHANS_A_CALL = 32

-- Every living worker calls this each tick, also those that may not reclaim yet. After a longer gap, Redis itself was stopped (connections
-- survive that), or all workers were gone.
-- PEXPIRE is first: it is a write that works at maxmemory, and the rest of the script then works too.
if redis.call('PEXPIRE', P .. 'looked', standstill) == 0 then
  redis.call('SET', P .. 'looked', '', 'PX', standstill)
  redis.call('SET', P .. 'standstill', '', 'PX', least_age)
end
-- After an outage of Redis all alive keys have expired at once: no worker may reclaim before the others had time to renew.
if age < least_age then return { 'too-early', NOW, 0, 0 } end -- guard: reclaim.connection-age
if redis.call('EXISTS', P .. 'standstill') == 1 then return { 'too-early', NOW, 0, 0 } end -- guard: reclaim.standstill

local function give_up(job, reason)
  bury(job, reason)
  dead = dead + 1
end

local function reclaim_job(id, incarnation)
  local job = load_job(id)
  if not job then return end
  if job.state ~= 'running' or job.owner ~= incarnation then return end -- guard: reclaim.owner
  if job.fault then return give_up(job, job.fault) end
  job.deaths = job.deaths + 1
  redis.call('HSET', job_key(id), 'deaths', job.deaths)
  if job.deaths >= most_deaths then return give_up(job, 'its worker died ' .. job.deaths .. ' times') end -- guard: reclaim.most-deaths
  wait_again(job)
  count('total.reclaimed', 1)
  again = again + 1
  wake_one()
end

local function remove(incarnation)
  if redis.call('EXISTS', alive_key(incarnation)) == 1 then return end -- guard: reclaim.alive
  redis.call('HDEL', WORKERS, incarnation)
  redis.call('SREM', IDLE, incarnation)
  redis.call('HDEL', P .. 'served', incarnation)
  redis.call('HDEL', RECALLED, incarnation)
  local held = redis.call('SMEMBERS', held_key(incarnation))
  redis.call('DEL', held_key(incarnation))
  for _, id in ipairs(held) do reclaim_job(id, incarnation) end
  removed[#removed + 1] = incarnation
end

for _, incarnation in ipairs(redis.call('HKEYS', WORKERS)) do remove(incarnation) end

-- Running jobs that no worker holds, because its entry or its held set was lost. Each call checks a few of all open jobs.
local function adopt(id)
  local job = load_job(id)
  if not job then return redis.call('ZREM', DEADLINES, id) end
  if job.state ~= 'running' then return end
  if redis.call('HEXISTS', WORKERS, job.owner) == 1 then return end -- guard: reclaim.orphan
  redis.call('SREM', held_key(job.owner), id)
  reclaim_job(id, job.owner)
end

local from = tonumber(redis.call('HGET', P .. 'counters', 'orphan-cursor')) or 0
local open = redis.call('ZRANGE', DEADLINES, from, from + ORPHANS_A_CALL - 1)
for _, id in ipairs(open) do adopt(id) end
local onwards = #open < ORPHANS_A_CALL and 0 or from + ORPHANS_A_CALL
if onwards ~= from then redis.call('HSET', P .. 'counters', 'orphan-cursor', onwards) end

-- Age and bytes of dead letters are limited; the oldest are deleted first.
local dead_bytes = (tonumber(redis.call('HGET', P .. 'counters', 'dead.bytes')) or 0) + (counts['dead.bytes'] or 0)
for _ = 1, 200 do
  local oldest = redis.call('ZRANGE', DEAD, 0, 0, 'WITHSCORES')
  if not oldest[1] then break end
  if dead_bytes <= most_dead_bytes and NOW - tonumber(oldest[2]) <= greatest_dead_age then break end
  dead_bytes = dead_bytes - drop_letter(oldest[1])
end
flush()
return { 'reclaimed', NOW, again, dead, unpack(removed) }
