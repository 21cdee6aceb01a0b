-- Stands in front of every script. KEYS[1] is the deployment's prefix, for example sluice:{iris@champion}:
-- A line that ends in "guard: NAME" refuses what the table in ADR 0001 forbids; the model test removes each in turn.
local P = KEYS[1]
local LANES = { interactive = P .. 'lane:interactive', bulk = P .. 'lane:bulk' }
local DEADLINES, WORKERS, IDLE, DEAD = P .. 'deadlines', P .. 'workers', P .. 'idle', P .. 'dead'
local INLINE_REPLY_LIMIT = 65536

local time = redis.call('TIME')
local NOW = time[1] * 1000 + math.floor(time[2] / 1000)

local function job_key(id) return P .. 'job:' .. id end
local function body_key(id) return P .. 'body:' .. id end
local function alive_key(incarnation) return P .. 'alive:' .. incarnation end
local function held_key(incarnation) return P .. 'held:' .. incarnation end

-- Counters are summed up here and written once, by flush().
local counts = {}
local function count(name, by) counts[name] = (counts[name] or 0) + by end

local function count_open(job, sign)
  count('open.jobs', sign)
  count('open.items', sign * job.items)
  count('open.bytes', sign * job.bytes)
end

local function count_waiting(job, sign)
  count('waiting.jobs', sign)
  count('waiting.items', sign * job.items)
end

-- The fields on which every decision rests; nil when there is no such job.
local function load_job(id)
  local f = redis.call('HMGET', job_key(id), 'state', 'owner', 'lane', 'items', 'bytes', 'deadline', 'deaths', 'reply', 'body', 'idem')
  if not f[1] then return nil end
  return { id = id, state = f[1], owner = f[2], lane = f[3], items = tonumber(f[4]) or 0, bytes = tonumber(f[5]) or 0,
    deadline = tonumber(f[6]) or 0, deaths = tonumber(f[7]) or 0, reply = f[8], body = f[9], idem = f[10] }
end

-- Answers to the API instances: one message per instance and script call.
-- Frame: "<id> <state> <length>\n<outcome>\n"; a length of -1 says "look it up" (the outcome is too large for pub/sub).
local replies = {}
local function reply(job, state, outcome)
  if not job.reply or job.reply == '' then return end
  local message = replies[job.reply]
  if not message then
    message = { bytes = 0 }
    replies[job.reply] = message
  end
  local length = #outcome
  if message.bytes + length > INLINE_REPLY_LIMIT then
    length, outcome = -1, ''
  end
  message.bytes = message.bytes + #outcome
  message[#message + 1] = job.id .. ' ' .. state .. ' ' .. length .. '\n' .. outcome .. '\n'
end

-- Wakes exactly one idle worker that is alive.
local function wake_one()
  local incarnation = redis.call('SPOP', IDLE)
  while incarnation do
    if redis.call('EXISTS', alive_key(incarnation)) == 1 then
      redis.call('PUBLISH', P .. 'wake:' .. incarnation, 'work')
      return
    end
    incarnation = redis.call('SPOP', IDLE)
  end
end

-- Ends a job for good: frees first (so that it works at maxmemory), then writes.
local function finish(job, state, outcome, ttl)
  redis.call('ZREM', DEADLINES, job.id)
  if job.body then redis.call('DEL', body_key(job.id)) end
  redis.call('HDEL', job_key(job.id), 'payload', 'body')
  redis.call('HSET', job_key(job.id), 'state', state, 'finished', NOW, 'outcome', outcome)
  redis.call('PEXPIRE', job_key(job.id), ttl)
  if job.idem then redis.call('PEXPIRE', job.idem, ttl) end
  count_open(job, -1)
  count('total.' .. state, 1)
  reply(job, state, outcome)
end

-- Back to the head of its lane, as if never taken.
local function wait_again(job)
  redis.call('HDEL', job_key(job.id), 'owner', 'started')
  redis.call('HSET', job_key(job.id), 'state', 'waiting')
  redis.call('LPUSH', LANES[job.lane], job.id)
  redis.call('ZADD', DEADLINES, job.deadline, job.id)
  count_waiting(job, 1)
end

local function flush()
  for name, by in pairs(counts) do
    if by ~= 0 then redis.call('HINCRBY', P .. 'counters', name, by) end
  end
  for channel, message in pairs(replies) do
    redis.call('PUBLISH', channel, table.concat(message))
  end
end
