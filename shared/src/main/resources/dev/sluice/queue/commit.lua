-- running -> done | failed, or -> dead if its payload is garbage.
-- ARGV: incarnation, outcome TTL ms, most bytes of the prediction log (0: no log), identity of the version that the outcomes refer to
-- ('' = none), its record ('' = ask for it if it is missing), ms for which the record is stored, then per job: id, state, outcome (for
-- dead: the reason), and its input in the log ('' = the payload).
-- Returns code, time, and the refused ids (fenced off: another incarnation owns the job, or it has ended). The code 'no-version' asks for
-- the version's record, without which nobody can read the outcomes; nothing has changed then.
local incarnation, ttl, log_budget = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local version, version_record, version_ttl = ARGV[4], ARGV[5], ARGV[6]
local LOGGED_RECORD_BYTES = 1536
local refused = {}

local function refuse(id)
  refused[#refused + 1] = id
  count('total.fenced', 1)
end

-- Record and payload remain until they are stored elsewhere or dropped; an entry is only a reference to them.
local function finish_and_log(job, state, outcome, input, bytes)
  if input == '' then
    shed(job)
    close(job, state, outcome, ttl)
  else
    shed_payload(job)
    close(job, state, outcome, ttl, 'input', input)
  end
  append('RPUSH', LOG, job.id .. ' ' .. bytes .. ' ' .. job.items .. ' ' .. expires_at(job, ttl))
  count('log.bytes', bytes)
end

local function commit(id, state, outcome, input)
  local job = load_job(id)
  if not job then return refuse(id) end
  if job.state ~= 'running' then return refuse(id) end -- guard: commit.running
  if job.owner ~= incarnation then return refuse(id) end -- guard: commit.owner
  redis.call('SREM', held_key(incarnation), id)
  if state == 'dead' then return bury(job, outcome) end
  local bytes = LOGGED_RECORD_BYTES + #outcome + (input == '' and job.bytes or #input)
  if bytes <= log_budget then return finish_and_log(job, state, outcome, input, bytes) end
  if log_budget > 0 then count('total.log-dropped', job.items) end
  finish(job, state, outcome, ttl)
end

-- Beyond the log's budget the oldest entries are dropped and counted.
local function trim_log(bytes)
  while bytes > log_budget do
    local oldest = redis.call('LPOP', LOG)
    if not oldest then return count('log.bytes', -bytes) end
    local freed, items = drop_logged(oldest)
    bytes = bytes - freed
    count('total.log-dropped', items)
  end
end

local unknown = version ~= '' and redis.call('EXISTS', P .. 'version:' .. version) == 0
if unknown and version_record == '' then return { 'no-version', NOW } end -- guard: commit.version
for i = 7, #ARGV, 4 do commit(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
-- Behind the commits, which free memory: it then works at maxmemory too.
if unknown then redis.call('SET', P .. 'version:' .. version, version_record, 'PX', version_ttl) end
trim_log(write_counts()['log.bytes'] or 0)
flush()
return { 'committed', NOW, unpack(refused) }
