-- running -> done | failed, or -> dead when its payload is garbage.
-- ARGV: incarnation, outcome TTL ms, most bytes of the prediction log (0: none is kept), then per job: id, state, outcome (for dead:
-- the reason), and what the log says of its input ('' = the payload).
-- Answers code, time, and the ids that were refused (fenced off: somebody else owns or has ended them).
local incarnation, ttl, log_budget = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local LOG_ENTRY_BYTES = 512
local refused = {}
local log_bytes -- in the log now; nil until it is asked for

local function refuse(id)
  refused[#refused + 1] = id
  count('total.fenced', 1)
end

-- The oldest go, and are counted.
local function make_room(bytes)
  while log_bytes + bytes > log_budget do
    local oldest = redis.call('XRANGE', P .. 'log', '-', '+', 'COUNT', 1)[1]
    if not oldest then return end
    local freed, items = drop_entry('log', oldest)
    log_bytes = log_bytes - freed
    count('total.log-dropped', items)
  end
end

local function log(job, state, outcome, input)
  log_bytes = log_bytes or open_stream('log')
  local bytes = LOG_ENTRY_BYTES + #outcome + (input == '' and job.bytes or #input)
  if bytes > log_budget then return count('total.log-dropped', job.items) end
  make_room(bytes)
  local record = redis.call('HMGET', job_key(job.id), 'accepted', 'started', 'content', 'members', 'payload')
  local entry = { 'job', job.id, 'state', state, 'items', job.items, 'bytes', bytes, 'finished', NOW, 'accepted', record[1] or '',
    'started', record[2] or '', 'content', record[3] or '', 'members', record[4] or '', 'outcome', outcome }
  if input ~= '' then
    entry[#entry + 1], entry[#entry + 2] = 'input', input
  elseif record[5] then
    entry[#entry + 1], entry[#entry + 2] = 'payload', record[5]
  elseif job.body and redis.call('EXISTS', body_key(job.id)) == 1 then
    redis.call('RENAME', body_key(job.id), logged_key(job.id))
    entry[#entry + 1], entry[#entry + 2] = 'body', 'own-key'
  end
  redis.call('XADD', P .. 'log', '*', unpack(entry))
  log_bytes = log_bytes + bytes
  count('log.bytes', bytes)
end

local function commit(id, state, outcome, input)
  local job = load_job(id)
  if not job then return refuse(id) end
  if job.state ~= 'running' then return refuse(id) end -- guard: commit.running
  if job.owner ~= incarnation then return refuse(id) end -- guard: commit.owner
  redis.call('SREM', held_key(incarnation), id)
  if state == 'dead' then return bury(job, outcome) end
  if log_budget > 0 then log(job, state, outcome, input) end
  finish(job, state, outcome, ttl)
end

for i = 4, #ARGV, 4 do commit(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
flush()
return { 'committed', NOW, unpack(refused) }
