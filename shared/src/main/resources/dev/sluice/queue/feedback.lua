-- Adds the labels of an answered job, until the monitor has stored them; the job itself may no longer exist.
-- ARGV: most bytes of the backlog, job id, labels as JSON.  Entries are never dropped: beyond the budget new ones are refused.
local budget, id, truth = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local ENTRY_BYTES = 256
local bytes = ENTRY_BYTES + #truth
local waiting = tonumber(redis.call('HGET', P .. 'counters', 'feedback.bytes')) or 0
if waiting + bytes > budget then return { 'full', NOW } end
append('XADD', FEEDBACK, '*', 'job', id, 'truth', truth, 'bytes', bytes)
count('feedback.bytes', bytes)
flush()
return { 'noted', NOW }
