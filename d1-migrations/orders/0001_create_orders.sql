-- The list of orders: a copy of what the order objects say, kept from `order-events` and written directly when an order is answered.
-- `seq` is the object's: a row is only ever replaced by a newer one.
create table orders (
  id text primary key,
  seq integer not null,
  user_id text,
  status text not null,
  -- In lower case, for searching only; the summary has it as the shopper wrote it.
  email text not null,
  placed_at integer not null,
  summary text not null
) strict, without rowid;

create index orders_by_time on orders (placed_at, id);
create index orders_by_user on orders (user_id, placed_at, id) where user_id is not null;
create index orders_by_status on orders (status, placed_at, id);
create index orders_by_email on orders (email, placed_at, id);
