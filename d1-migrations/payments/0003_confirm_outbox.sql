-- A message stays until its consumer has confirmed it: a queue may lose what it took. Those that wait now are due at once.
alter table outbox add column tries integer not null default 0;
alter table outbox add column due_at integer not null default 0;

create index outbox_due on outbox (due_at);
drop index outbox_by_age;
