-- When the last piece was seen to be sold, and how many objects sell the SKU: an order goes to any of them.
alter table stock_hints add column sold_out_at integer;
alter table stock_hints add column shards integer not null default 1;
