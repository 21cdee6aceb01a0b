-- unknown -> waiting.  ARGV: id, accept-by, relative deadline ms, lane, items, bytes, max jobs, max items, max bytes,
-- idempotency key ('' = none), content hash, '1' if the payload has a separate key, then the record's other fields.
-- Returns code, time, id, deadline; for an accepted job also the items now open in the interactive and in the bulk lane.
local id, accept_by, deadline = ARGV[1], tonumber(ARGV[2]), NOW + tonumber(ARGV[3])
local job = { id = id, lane = ARGV[4], items = tonumber(ARGV[5]), bytes = tonumber(ARGV[6]) }
local idem, content_hash, has_body = ARGV[10], ARGV[11], ARGV[12] == '1'

local function answer(code, known_id, known_deadline) return { code, NOW, known_id or id, tonumber(known_deadline) or deadline } end

if NOW > accept_by then return answer('late') end -- guard: accept.ghost

if idem ~= '' then
  local first = redis.call('HMGET', P .. 'idem:' .. idem, 'id', 'content')
  if first[1] and first[2] ~= content_hash then return answer('conflict', first[1]) end -- guard: accept.conflict
  if first[1] then return answer('known', first[1], redis.call('HGET', job_key(first[1]), 'deadline')) end -- guard: accept.idempotency-key
end
if redis.call('EXISTS', job_key(id)) == 1 then return answer('known', id, redis.call('HGET', job_key(id), 'deadline')) end -- guard: accept.known
if is_withdrawn() then return answer('withdrawn') end -- guard: accept.withdrawn

local open = redis.call('HMGET', P .. 'counters', 'open.jobs', 'open.items', 'open.bytes', 'open.bulk-items')
if (tonumber(open[1]) or 0) + 1 > tonumber(ARGV[7]) then return answer('full-jobs') end -- guard: accept.job-budget
if (tonumber(open[2]) or 0) + job.items > tonumber(ARGV[8]) then return answer('full-items') end -- guard: accept.item-budget
if (tonumber(open[3]) or 0) + job.bytes > tonumber(ARGV[9]) then return answer('full-bytes') end -- guard: accept.byte-budget
if has_body and redis.call('EXISTS', body_key(id)) == 0 then return answer('no-body') end -- guard: accept.body

-- The body has a separate time limit, so that it expires if its accept never arrives.
if has_body then redis.call('PERSIST', body_key(id)) end
local fields = { 'state', 'waiting', 'lane', job.lane, 'items', job.items, 'bytes', job.bytes, 'accepted', NOW, 'deadline', deadline }
for i = 13, #ARGV do fields[#fields + 1] = ARGV[i] end
if has_body then
  fields[#fields + 1] = 'body'
  fields[#fields + 1] = 'own-key'
end
if idem ~= '' then
  fields[#fields + 1] = 'idem'
  fields[#fields + 1] = P .. 'idem:' .. idem
  redis.call('HSET', P .. 'idem:' .. idem, 'id', id, 'content', content_hash)
end
redis.call('HSET', job_key(id), unpack(fields))
redis.call('RPUSH', LANES[job.lane], id)
redis.call('ZADD', DEADLINES, deadline, id)
count_open(job, 1)
count_waiting(job, 1)
count('total.accepted', 1)
flush()
wake_one()
local accepted = answer('accepted')
local bulk = (tonumber(open[4]) or 0) + (job.lane == 'bulk' and job.items or 0)
accepted[5], accepted[6] = (tonumber(open[2]) or 0) + job.items - bulk, bulk
return accepted
