-- Tells two versions of one number apart; empty where an earlier release made the prediction.
alter table prediction add column version_id text not null default '';

-- Its columns were fixed when it was made: the new one comes after them.
create or replace view labelled_prediction as
  select finished, job, item, prediction.model, prediction.alias, version, content, input, output, failure, accepted, started, batch,
         queue_ms, decode_ms, infer_ms,
         feedback.truth, feedback.given, version_id
  from feedback join prediction using (job, item);
