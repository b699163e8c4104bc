-- Mails whose reader is forgotten keep when they went out, and nothing of what they said.
alter table notifications add column is_erased integer not null default 0 check (is_erased in (0, 1));

create index notifications_erased on notifications (id) where is_erased = 1;

-- Orders that have forgotten their shopper: a message about one that comes late is not written down any more.
create table erased_orders (
  order_id text primary key
) strict, without rowid;
