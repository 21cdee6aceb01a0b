-- What the outcomes of a version do not say of themselves: names, roles and labels of its outputs.
create table version_record (
    model text not null,
    alias text not null,
    version_id text not null,
    -- JSON as in Redis: jsonb refuses a label with a NUL character
    record text not null,
    primary key (model, alias, version_id)
);
