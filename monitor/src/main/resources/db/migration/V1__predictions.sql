-- One row for each item that was answered. A day is a partition: made before it is needed, dropped when it is too old.
-- The time of the commit is the job's for ever, so that an entry that is read twice meets its own rows.
create table prediction (
  finished timestamptz not null,
  job text not null,
  item integer not null,
  model text not null,
  alias text not null,
  version text not null,
  content text not null,
  input jsonb,
  output jsonb,
  failure jsonb,
  accepted timestamptz not null,
  started timestamptz not null,
  batch integer not null,
  queue_ms double precision not null,
  decode_ms double precision not null,
  infer_ms double precision not null,
  primary key (job, item, finished)
) partition by range (finished);

create index prediction_by_version on prediction (model, version, finished);
