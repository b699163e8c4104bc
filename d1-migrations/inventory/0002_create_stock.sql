-- The list across SKUs: a copy of what the stock objects say, kept from `stock-events`. `seq` is the ledger position a row was true at.
create table stock (
  sku text primary key,
  seq integer not null,
  on_hand integer not null,
  reserved integer not null,
  available integer not null,
  updated_at integer not null
) strict, without rowid;

create index stock_by_available on stock (available, sku);

create table shelves (
  sku text not null,
  location_id text not null,
  seq integer not null,
  on_hand integer not null,
  reserved integer not null,
  priority integer not null,
  -- Which change of the location's priority the stock object has heard of; behind `locations.version`, it has yet to be told.
  priority_version integer not null,
  primary key (sku, location_id)
) strict, without rowid;

create index shelves_by_location on shelves (location_id, priority_version, sku);
