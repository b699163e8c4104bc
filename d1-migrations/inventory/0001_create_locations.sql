-- Where goods lie. A deleted location stays, out of sight: ledgers name it, and an order that is undone may still bring goods back to it.
create table locations (
  id text primary key,
  name text not null,
  country text not null,
  -- Lower is asked first when an order is sourced.
  priority integer not null check (priority >= 0),
  -- Counts the changes of `priority`; a stock object that has heard of a lower one is told again.
  version integer not null check (version >= 1),
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer
) strict;

create index locations_in_order on locations (priority, id) where deleted_at is null;
