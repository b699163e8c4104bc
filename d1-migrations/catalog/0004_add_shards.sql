-- Whether the last piece is sold, and how many objects sell the SKU: an order goes to any of them.
alter table stock_hints add column is_sold_out integer not null default 0;
alter table stock_hints add column shards integer not null default 1;
