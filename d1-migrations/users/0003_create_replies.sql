-- First answers, kept for their idempotency keys.
create table replies (
  key text primary key,
  fingerprint text not null,
  status integer not null,
  body text not null,
  expires_at integer not null
) strict, without rowid;

create index replies_by_expiry on replies (expires_at);
