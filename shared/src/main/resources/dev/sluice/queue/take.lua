-- waiting -> running, or waiting -> expired, or -> dead if its record is garbage.  ARGV: incarnation, most items, outcome TTL ms, number of this take.
-- Returns code, time, then per job its id and the fields below.
local incarnation, most, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local FIELDS = { 'schema', 'items', 'deaths', 'deadline', 'accepted', 'content', 'parts', 'signature', 'trace', 'body', 'payload', 'header' }
local BULK_TURN, MOST_SKIPPED = 8, 1000

if redis.call('HEXISTS', WORKERS, incarnation) == 0 then return { 'unknown', NOW } end -- guard: take.registered
local recalled = tonumber(redis.call('HGET', RECALLED, incarnation)) or 0
if tonumber(ARGV[4]) <= recalled then return { 'late', NOW } end -- guard: take.ghost

local taken, items, skipped, alone, bulk_taken = {}, 0, 0, false, false

local function take_from(lane)
  while items < most and skipped < MOST_SKIPPED and not alone do
    local id = redis.call('LINDEX', lane, 0)
    if not id then return end
    local job = load_job(id, unpack(FIELDS))
    local garbage = job ~= nil and is_id(id) and job.fault and (job.state == 'waiting' or not STATES[job.state])
    local waiting = job ~= nil and is_id(id) and not job.fault and job.state == 'waiting'
    local late = waiting and job.deadline <= NOW
    if waiting and not late then
      if items > 0 and (items + job.items > most or job.deaths > 0) then return end -- a job with a death is taken alone
      alone = job.deaths > 0
    end
    redis.call('LPOP', lane)
    local fit = true
    if not waiting then fit = false end -- guard: take.waiting
    if late then fit = false end -- guard: take.deadline
    if fit then
      redis.call('SADD', held_key(incarnation), id)
      redis.call('HSET', job_key(id), 'state', 'running', 'owner', incarnation, 'started', NOW)
      count_waiting(job, -1)
      items = items + job.items
      bulk_taken = bulk_taken or job.lane == 'bulk'
      taken[#taken + 1] = id
      taken[#taken + 1] = job.further
    else
      skipped = skipped + 1
      if late then
        count_waiting(job, -1)
        finish(job, 'expired', '', ttl)
      elseif garbage then
        bury(job, job.fault)
      else
        pass_over(id, job, ttl)
      end
    end
  end
end

-- Seven takes may pass over bulk work; the eighth reads its lane first, so that interactive work cannot starve it.
local passed_over = tonumber(redis.call('HGET', P .. 'counters', 'bulk.passed-over')) or 0
local bulk_first = passed_over >= BULK_TURN - 1
take_from(bulk_first and LANES.bulk or LANES.interactive)
take_from(bulk_first and LANES.interactive or LANES.bulk)

if #taken > 0 then
  redis.call('SREM', IDLE, incarnation)
  if bulk_taken then
    count('bulk.passed-over', -passed_over)
  elseif redis.call('EXISTS', LANES.bulk) == 1 then
    count('bulk.passed-over', 1)
  end
else
  redis.call('SADD', IDLE, incarnation)
end
flush()
return { 'taken', NOW, unpack(taken) }
