-- Which orders have a SKU among their lines. An order's lines never change.
create table order_skus (
  sku text not null,
  order_id text not null,
  primary key (sku, order_id)
) strict, without rowid;
