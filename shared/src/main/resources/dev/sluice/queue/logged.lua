-- Reads the oldest entries of the prediction log without removing them.  ARGV: most entries.
-- Returns code, time, then per entry the entry itself and the fields below; no fields if there is no record or its key has another type.
local FIELDS = { 'state', 'items', 'accepted', 'started', 'finished', 'content', 'members', 'outcome', 'input', 'body', 'payload', 'header' }
local answer = { 'logged', NOW }

local function record_of(entry)
  local id = entry:match('^%S+')
  local fields = id and is_id(id) and try('HMGET', job_key(id), unpack(FIELDS))
  return fields or {}
end

for _, entry in ipairs(try('LRANGE', LOG, 0, tonumber(ARGV[1]) - 1) or {}) do
  answer[#answer + 1] = entry
  answer[#answer + 1] = record_of(entry)
end
return answer
