-- Each retraining that an alert has led to. At most one of them runs.
create table retraining (
  id bigint generated always as identity primary key,
  model text not null,
  alert text not null,
  fingerprint text not null,
  requested timestamptz not null default now(),
  run text,
  ended timestamptz,
  outcome text,
  detail text
);

create unique index retraining_one_at_a_time on retraining ((true)) where ended is null;
create index retraining_by_model on retraining (model, ended);
