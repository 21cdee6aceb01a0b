-- How each rollout ended on each worker.
create table rollout (
  ended timestamptz not null,
  model text not null,
  alias text not null,
  version text not null,
  worker text not null,
  state text not null,
  reason text not null,
  primary key (ended, model, alias, version, worker)
);
