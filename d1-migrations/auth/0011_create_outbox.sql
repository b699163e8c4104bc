-- Messages that are committed and not sent yet.
create table outbox (
    id text primary key,
    envelope text not null,
    created_at integer not null
) strict, without rowid;

create index outbox_by_age on outbox (created_at);
