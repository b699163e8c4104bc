-- Orders that have forgotten their shopper lately: a message about one that gives up late is not kept.
create table erased_orders (
  order_id text primary key,
  erased_at integer not null
) strict, without rowid;
