-- The dead letters of the transfers: rows that Postgres refused, with its reason. Their content is bytes (UTF-8 JSON), which are never refused.
create table refused_row (
  id bigint generated always as identity primary key,
  refused timestamptz not null default now(),
  relation text not null,
  model text not null,
  alias text not null,
  row_key text not null,
  reason text not null,
  content bytea not null
);

-- A hash, because a key may be longer than an index entry can be.
create unique index refused_row_once on refused_row (relation, model, alias, md5(row_key));
create index refused_row_by_time on refused_row (refused);
