-- running -> done | failed, or -> dead when its payload is garbage.
-- ARGV: incarnation, outcome TTL ms, most bytes of the prediction log (0: none is kept), then per job: id, state, outcome (for dead:
-- the reason), and what the log says of its input ('' = the payload).
-- Answers code, time, and the ids that were refused (fenced off: somebody else owns or has ended them).
local incarnation, ttl, log_budget = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local LOG_ENTRY_BYTES = 512
local LOG_FIELDS = log_budget > 0 and { 'accepted', 'started', 'content', 'members', 'payload' } or {}
local refused = {}

local function refuse(id)
  refused[#refused + 1] = id
  count('total.fenced', 1)
end

local function log(job, state, outcome, input)
  local bytes = LOG_ENTRY_BYTES + #outcome + (input == '' and job.bytes or #input)
  if bytes > log_budget then return count('total.log-dropped', job.items) end
  local accepted, started, content, members, payload = unpack(job.further)
  local entry = { P .. 'log', '*', 'job', job.id, 'state', state, 'items', job.items, 'bytes', bytes, 'finished', NOW, 'accepted', accepted or '',
    'started', started or '', 'content', content or '', 'members', members or '', 'outcome', outcome }
  if input ~= '' then
    entry[#entry + 1], entry[#entry + 2] = 'input', input
  elseif payload then
    entry[#entry + 1], entry[#entry + 2] = 'payload', payload
  elseif job.body and redis.call('EXISTS', body_key(job.id)) == 1 then
    redis.call('RENAME', body_key(job.id), logged_key(job.id))
    entry[#entry + 1], entry[#entry + 2] = 'body', 'own-key'
  end
  if type(redis.pcall('XADD', unpack(entry))) == 'table' then -- a stranger's key under the log's name goes
    redis.call('DEL', P .. 'log')
    redis.call('XADD', unpack(entry))
  end
  count('log.bytes', bytes)
end

-- Beyond the budget the oldest go, and are counted.
local function trim_log(bytes)
  while bytes > log_budget do
    local oldest = redis.call('XRANGE', P .. 'log', '-', '+', 'COUNT', 1)[1]
    if not oldest then return end
    local freed, items = drop_entry('log', oldest)
    bytes = bytes - freed
    count('total.log-dropped', items)
  end
end

local function commit(id, state, outcome, input)
  local job = load_job(id, unpack(LOG_FIELDS))
  if not job then return refuse(id) end
  if job.state ~= 'running' then return refuse(id) end -- guard: commit.running
  if job.owner ~= incarnation then return refuse(id) end -- guard: commit.owner
  redis.call('SREM', held_key(incarnation), id)
  if state == 'dead' then return bury(job, outcome) end
  if log_budget > 0 then log(job, state, outcome, input) end
  finish(job, state, outcome, ttl)
end

for i = 4, #ARGV, 4 do commit(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
trim_log(write_counts()['log.bytes'] or 0)
flush()
return { 'committed', NOW, unpack(refused) }
