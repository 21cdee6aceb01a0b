-- What was true of a job that was answered, for somebody to keep; the job itself may be long gone.
-- ARGV: most bytes that may wait, job id, truth as JSON.  What waits is never dropped: beyond the budget it is refused.
local budget, id, truth = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local ENTRY_BYTES = 256
local bytes = ENTRY_BYTES + #truth
local waiting = tonumber(redis.call('HGET', P .. 'counters', 'feedback.bytes')) or 0
if waiting + bytes > budget then return { 'full', NOW } end
append('XADD', FEEDBACK, '*', 'job', id, 'truth', truth, 'bytes', bytes)
count('feedback.bytes', bytes)
flush()
return { 'noted', NOW }
