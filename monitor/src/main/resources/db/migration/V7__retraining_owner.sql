-- The monitor that runs a retraining renews its lease; another one takes over what has not been renewed.
alter table retraining add column monitor text not null default '';
alter table retraining add column renewed timestamptz not null default now();
