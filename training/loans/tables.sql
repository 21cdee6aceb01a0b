-- Raw: every record as it came, all text. Clean: typed, each record in the part its id says.
create schema if not exists loans_raw;
create table if not exists loans_raw.application (
  record integer primary key,
  loan_id text, gender text, married text, dependents text, education text, self_employed text,
  applicant_income text, coapplicant_income text, loan_amount text, loan_term text,
  credit_history text, property_area text, loan_status text
);

create schema if not exists loans_clean;
create table if not exists loans_clean.train (
  loan_id text primary key,
  gender text not null, married text not null, dependents text not null,
  education text not null, self_employed text not null,
  applicant_income double precision not null, coapplicant_income double precision not null,
  loan_amount double precision not null,
  loan_term bigint not null, credit_history bigint not null,
  property_area text not null,
  truth text not null check (truth in ('approved', 'rejected'))
);
create table if not exists loans_clean.validation (like loans_clean.train including all);
create table if not exists loans_clean.test (like loans_clean.train including all);
create table if not exists loans_clean.bad (
  record integer primary key,
  loan_id text not null,
  reason text not null
);
