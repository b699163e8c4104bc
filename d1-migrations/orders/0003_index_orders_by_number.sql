-- The number that people read out, for whoever is told it: it stands in the summary, and is no key.
create index orders_by_number on orders (json_extract(summary, '$.number'), placed_at, id);
