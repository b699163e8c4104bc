-- A SKU may be spread over several objects, and each tells of its own. What stands in `stock` is the sum of them.
create table shards (
  sku text not null,
  -- 0 is home.
  shard integer not null,
  seq integer not null,
  on_hand integer not null,
  reserved integer not null,
  available integer not null,
  updated_at integer not null,
  primary key (sku, shard)
) strict, without rowid;

insert into shards (sku, shard, seq, on_hand, reserved, available, updated_at)
  select sku, 0, seq, on_hand, reserved, available, updated_at from stock;

-- Takes the place of `shelves`, which the release before still writes to; the next one drops it.
create table shard_shelves (
  sku text not null,
  shard integer not null,
  location_id text not null,
  seq integer not null,
  on_hand integer not null,
  reserved integer not null,
  priority integer not null,
  -- Which change of the location's priority the stock object has heard of; behind `locations.version`, it has yet to be told.
  priority_version integer not null,
  primary key (sku, shard, location_id)
) strict, without rowid;

insert into shard_shelves (sku, shard, location_id, seq, on_hand, reserved, priority, priority_version)
  select sku, 0, location_id, seq, on_hand, reserved, priority, priority_version from shelves;

create index shard_shelves_by_location on shard_shelves (location_id, priority_version, sku, shard);

-- What the release before still writes reaches the new table, and its own rows only ever were home's.
create trigger shelves_inserted after insert on shelves
BEGIN
  insert into shard_shelves (sku, shard, location_id, seq, on_hand, reserved, priority, priority_version)
    values (new.sku, 0, new.location_id, new.seq, new.on_hand, new.reserved, new.priority, new.priority_version)
    on conflict (sku, shard, location_id) do update set seq = excluded.seq, on_hand = excluded.on_hand,
    reserved = excluded.reserved where excluded.seq > shard_shelves.seq;
END;

create trigger shelves_updated after update on shelves
BEGIN
  insert into shard_shelves (sku, shard, location_id, seq, on_hand, reserved, priority, priority_version)
    values (new.sku, 0, new.location_id, new.seq, new.on_hand, new.reserved, new.priority, new.priority_version)
    on conflict (sku, shard, location_id) do update set seq = excluded.seq, on_hand = excluded.on_hand,
    reserved = excluded.reserved where excluded.seq > shard_shelves.seq;
END;
