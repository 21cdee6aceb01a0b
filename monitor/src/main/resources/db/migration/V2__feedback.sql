-- What was true of an item, said by its caller however much later; the latest word stands.
create table feedback (
  job text not null,
  item integer not null,
  model text not null,
  alias text not null,
  truth jsonb not null,
  given timestamptz not null,
  primary key (job, item)
);

create index feedback_by_time on feedback (given);

-- Each prediction of which the truth is known.
create view labelled_prediction as
  select prediction.*, feedback.truth, feedback.given
  from feedback join prediction using (job, item);
