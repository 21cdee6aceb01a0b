-- Precedes every script. KEYS[1] is the deployment's prefix, for example sluice:{iris@champion}:
-- A line that ends in "guard: NAME" refuses what the table in ADR 0001 forbids; the model test removes each in turn.
local P = KEYS[1]
local LANES = { interactive = P .. 'lane:interactive', bulk = P .. 'lane:bulk' }
local DEADLINES, WORKERS, IDLE, DEAD = P .. 'deadlines', P .. 'workers', P .. 'idle', P .. 'dead'
local RECALLED, LOG, FEEDBACK = P .. 'recalled', P .. 'log', P .. 'feedback'
local INLINE_REPLY_LIMIT = 65536
local MOST_ITEMS, LETTER_BYTES = 10000000, 1024
local STATES = { waiting = true, running = true, done = true, failed = true, cancelled = true, expired = true, dead = true }

local time = redis.call('TIME')
local NOW = time[1] * 1000 + math.floor(time[2] / 1000)

local function job_key(id) return P .. 'job:' .. id end
local function body_key(id) return P .. 'body:' .. id end
local function alive_key(incarnation) return P .. 'alive:' .. incarnation end
local function held_key(incarnation) return P .. 'held:' .. incarnation end

-- The workers have stopped serving the deployment, because the registry no longer has its alias.
local function is_withdrawn()
  local board = redis.call('HMGET', P .. 'deployment', 'live', 'withdrawn')
  return not board[1] and board[2]
end

-- Changes of counters are collected here and written once, by flush() or write_counts().
local counts = {}
local function count(name, by) counts[name] = (counts[name] or 0) + by end

-- A record of an untrusted writer was never counted, and its numbers are meaningless.
local function count_open(job, sign)
  if job.fault then return end
  count('open.jobs', sign)
  count('open.items', sign * job.items)
  if job.lane == 'bulk' then count('open.bulk-items', sign * job.items) end
  count('open.bytes', sign * job.bytes)
end

local function count_waiting(job, sign)
  if job.fault then return end
  count('waiting.jobs', sign)
  count('waiting.items', sign * job.items)
end

-- A whole number that Lua represents exactly; nil for any other text.
local function whole(text)
  if text and #text <= 15 and text:find('^%d+$') then return tonumber(text) end
end

-- model@alias~ and 32 hexadecimal digits, for this deployment.
local DEPLOYMENT = P:sub(#'sluice:{' + 1, -#'}:' - 1)
local function is_id(id)
  return #id == #DEPLOYMENT + 33 and id:sub(1, #DEPLOYMENT + 1) == DEPLOYMENT .. '~' and id:find('^[0-9a-f]+$', #DEPLOYMENT + 2) ~= nil
end

-- The fault of a record that no script has written; nil if the record is valid.
local function fault_of(state, lane, items, bytes, deadline, deaths)
  if not STATES[state] then return 'its record has no known state' end
  if not LANES[lane] then return 'its record names no lane' end
  if not items or items < 1 or items > MOST_ITEMS then return 'its record does not say how many items it has' end
  if not bytes then return 'its record does not say how many bytes it has' end
  if not deadline then return 'its record has no deadline' end
  if deaths and not whole(deaths) then return 'its record does not say how many workers died over it' end
end

-- Changes only a key of the expected form.
local function idem_key(text) return text and text:sub(1, #P + 5) == P .. 'idem:' and text or nil end

-- Runs a command that may fail with this error of Redis: then nil. Any other error ends the script.
local function forgive(fault, command, ...)
  local answer = redis.pcall(command, ...)
  if type(answer) ~= 'table' or not answer.err then return answer end
  if answer.err:find(fault, 1, true) then return nil end
  return redis.call(command, ...)
end

-- Runs a command that may meet a key of another type from an untrusted writer. A missing right says nothing about the key.
local function try(command, ...) return forgive('WRONGTYPE', command, ...) end

-- The fields for all decisions, and `fault`; nil if the job does not exist. A key of another type is deleted.
-- `grace`: ms after the deadline until which the record of the ended job is stored; nil in records for the outcome TTL, and in those of
-- older releases. `further` contains the values of additional requested fields.
local function load_job(id, ...)
  local f = try('HMGET', job_key(id), 'state', 'owner', 'lane', 'items', 'bytes', 'deadline', 'deaths', 'reply', 'body', 'idem', 'grace', ...)
  if not f then
    redis.call('DEL', job_key(id))
    return nil
  end
  if not f[1] and redis.call('EXISTS', job_key(id)) == 0 then return nil end
  local items, bytes, deadline = whole(f[4]), whole(f[5]), whole(f[6])
  return { id = id, state = f[1] or '', owner = f[2] or '', lane = f[3], items = items or 0, bytes = bytes or 0,
    deadline = deadline or 0, deaths = whole(f[7]) or 0, reply = f[8], body = f[9], idem = idem_key(f[10]),
    fault = fault_of(f[1], f[3], items, bytes, deadline, f[7]), grace = whole(f[11]), further = { unpack(f, 12) } }
end

-- Answers to the API instances: one message per instance and script call.
-- Frame: "<id> <state> <length>\n<outcome>\n"; a length of -1 means "look it up" (the outcome is too large for pub/sub).
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

-- When the record of a job that ends now is deleted. A record with `grace` belongs to callers who wait for the answer: after their deadline,
-- only a caller who got 504 can ask for it. Never later than the outcome TTL.
local function expires_at(job, ttl)
  local by_ttl = NOW + ttl
  if job.grace then return math.min(by_ttl, job.deadline + job.grace) end -- guard: retention
  return by_ttl
end

-- Deletes the fields that only an open job needs: the record of an ended job is what fills Redis.
local function shed(job, ...)
  redis.call('HDEL', job_key(job.id), 'bytes', 'schema', 'parts', 'signature', 'reply', 'trace', 'owner', 'idem', 'grace', ...)
end

-- Deletes the payload too.
local function shed_payload(job, ...)
  if job.body then redis.call('DEL', body_key(job.id)) end
  shed(job, 'payload', 'header', 'body', ...)
end

-- Ends a job, except for the time limit of the record, which may get additional fields.
local function close(job, state, outcome, ttl, ...)
  redis.call('ZREM', DEADLINES, job.id)
  redis.call('HSET', job_key(job.id), 'state', state, 'finished', NOW, 'outcome', outcome, ...)
  if job.idem then redis.call('PEXPIRE', job.idem, ttl) end
  count_open(job, -1)
  count('total.' .. state, 1)
  reply(job, state, outcome)
end

-- Ends a job: frees memory first (so that it works at maxmemory), then writes.
local function finish(job, state, outcome, ttl)
  shed_payload(job, 'content')
  close(job, state, outcome, ttl)
  redis.call('PEXPIREAT', job_key(job.id), expires_at(job, ttl))
end

-- An entry has left the prediction log: deletes the fields of its record that only the log needs, and sets its time limit. Returns the
-- entry's bytes and items. Entry: id, bytes, items, ms at which the record expires.
local function drop_logged(entry)
  local id, bytes, items, time_limit = entry:match('^(%S+) (%d+) (%d+) (%d+)$')
  bytes, items = whole(bytes), whole(items)
  if not id or not is_id(id) or not bytes or not items then
    count('total.garbage', 1)
    return 0, 0
  end
  redis.call('DEL', body_key(id))
  try('HDEL', job_key(id), 'payload', 'header', 'body', 'input', 'content')
  redis.call('PEXPIREAT', job_key(id), time_limit)
  count('log.bytes', -bytes)
  return bytes, items
end

-- Appends; a key of another type from an untrusted writer is deleted first.
local function append(command, key, ...)
  if try(command, key, ...) then return end
  redis.call('DEL', key)
  redis.call(command, key, ...)
end

-- Makes the job a dead letter: stored with its payload until it is dropped or the limits of dead letters are exceeded.
local function bury(job, reason)
  redis.call('ZREM', DEADLINES, job.id)
  local bytes = redis.call('HSTRLEN', job_key(job.id), 'header') + redis.call('HSTRLEN', job_key(job.id), 'payload')
    + (try('STRLEN', body_key(job.id)) or 0)
  redis.call('HSET', job_key(job.id), 'state', 'dead', 'finished', NOW, 'reason', reason, 'bytes', bytes)
  redis.call('PERSIST', job_key(job.id))
  redis.call('ZADD', DEAD, NOW, job.id)
  count_open(job, -1)
  count('dead.bytes', bytes + LETTER_BYTES)
  count('total.dead', 1)
  reply(job, 'dead', '')
end

-- Deletes a dead letter and the idempotency key that refers to it.
local function drop_letter(id)
  local bytes, idem = unpack(redis.call('HMGET', job_key(id), 'bytes', 'idem'))
  redis.call('ZREM', DEAD, id)
  redis.call('DEL', job_key(id), body_key(id))
  if idem_key(idem) then redis.call('DEL', idem) end
  local freed = (whole(bytes) or 0) + LETTER_BYTES
  count('dead.bytes', -freed)
  count('total.dead-dropped', 1)
  return freed
end

-- An entry of a lane that is not waiting: the job ended in the lane, or an untrusted writer added it. Also ends its record.
local function pass_over(id, job, ttl)
  if not is_id(id) then
    redis.call('DEL', job_key(id), body_key(id))
    count('total.garbage', 1)
  elseif not job then
    return
  elseif job.state == 'running' then
    redis.call('ZADD', DEADLINES, 'NX', job.deadline, id)
  elseif job.state == 'dead' then
    redis.call('ZADD', DEAD, 'NX', NOW, id)
  elseif redis.call('PTTL', job_key(id)) == -1 then
    redis.call('PEXPIREAT', job_key(id), expires_at(job, ttl))
  end
end

-- Returns a job to its lane, as if never taken: to the head, or to the tail if other jobs go first.
local function wait_again(job, push)
  redis.call('HDEL', job_key(job.id), 'owner', 'started')
  redis.call('HSET', job_key(job.id), 'state', 'waiting')
  redis.call(push or 'LPUSH', LANES[job.lane], job.id)
  redis.call('ZADD', DEADLINES, job.deadline, job.id)
  count_waiting(job, 1)
end

-- All in one command, because a command costs Redis and the AOF more than a field. Returns the new value of each counter.
local function write_counts()
  local names, fields, now = {}, {}, {}
  for name, by in pairs(counts) do
    if by ~= 0 then names[#names + 1] = name end
  end
  if #names == 0 then return now end
  local before = redis.call('HMGET', P .. 'counters', unpack(names))
  for i, name in ipairs(names) do
    -- Never below zero: a job of an untrusted writer ends without having been counted.
    now[name] = math.max(0, (tonumber(before[i]) or 0) + counts[name])
    fields[2 * i - 1], fields[2 * i] = name, now[name]
  end
  redis.call('HSET', P .. 'counters', unpack(fields))
  counts = {}
  return now
end

local function flush()
  write_counts()
  for channel, message in pairs(replies) do
    redis.call('PUBLISH', channel, table.concat(message))
  end
end
