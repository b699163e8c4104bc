-- Products, categories and brands. What is written in `product_documents` is the truth about a product; the tables that are said to be
-- derived are made from it at every write, for the questions that lists ask. `num` is what they all know a product by: small, and growing
-- with age.

create table brands (
  id text primary key,
  slug text not null unique,
  name text not null collate nocase,
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;

create index brands_by_name on brands (name, id);

create table categories (
  id text primary key,
  slug text not null unique,
  name text not null collate nocase,
  parent_id text references categories (id),
  position integer not null check (position >= 0),
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;

create index categories_by_parent on categories (parent_id, position, id);
create index categories_by_position on categories (position, id);

-- Derived: every category with itself and everything above it.
create table category_ancestors (
  category_id text not null references categories (id) on delete cascade,
  ancestor_id text not null references categories (id) on delete cascade,
  primary key (category_id, ancestor_id)
) strict, without rowid;

create index category_ancestors_by_ancestor on category_ancestors (ancestor_id, category_id);

-- One row per change of the tree's shape: its key lets one of two changes through that both looked at the same tree.
create table category_tree_versions (
  version integer primary key
) strict;

create table products (
  num integer primary key,
  id text not null unique,
  slug text not null unique,
  version integer not null check (version > 0),
  status text not null check (status in ('draft', 'active', 'archived')),
  name text not null collate nocase,
  brand_id text not null references brands (id),
  -- Derived from variants and stock_hints.
  is_in_stock integer not null default 0 check (is_in_stock in (0, 1)),
  created_at integer not null,
  updated_at integer not null
) strict;

create index products_by_status on products (status);
create index products_by_stock on products (status) where is_in_stock = 1;
create index products_by_brand on products (brand_id);
create index products_by_name on products (name, num) where status = 'active';

-- Apart from products, whose rows are looked up by the thousand: these are read for the few that are shown.
create table product_documents (
  num integer primary key references products (num),
  -- The first image, as JSON.
  image text,
  -- domain::catalog::Product, as JSON.
  document text not null
) strict;

-- Derived, but for one thing: a SKU is never forgotten, so that it belongs to one product for ever.
create table variants (
  sku text primary key,
  num integer not null references products (num),
  title text not null,
  -- {"EUR": 129900, "JPY": 19800}
  prices text not null,
  weight_grams integer not null,
  -- Whether the product still has it.
  is_offered integer not null check (is_offered in (0, 1))
) strict, without rowid;

create index variants_by_product on variants (num, sku);

-- Derived: the lowest and highest price of a product's variants, per currency.
create table product_prices (
  num integer not null references products (num),
  currency text not null,
  min_amount integer not null,
  max_amount integer not null,
  primary key (num, currency)
) strict, without rowid;

create index product_prices_by_amount on product_prices (currency, min_amount, num, max_amount);

-- Derived: the categories that a product is in, and everything above them.
create table product_categories (
  category_id text not null references categories (id),
  num integer not null references products (num),
  is_direct integer not null check (is_direct in (0, 1)),
  primary key (category_id, num)
) strict, without rowid;

create index product_categories_by_product on product_categories (num, category_id, is_direct);

-- Derived: what can be chosen or filtered by: `option.Strap` is `Leather`, `attr.Movement` is `Automatic`.
create table facet_values (
  id integer primary key,
  name text not null,
  value text not null,
  unique (name, value)
) strict;

create table product_facets (
  facet_id integer not null references facet_values (id),
  num integer not null references products (num),
  primary key (facet_id, num)
) strict, without rowid;

create index product_facets_by_product on product_facets (num, facet_id);

-- Pieces of each SKU as `catalog-events` last told, which may be before the product is known here.
create table stock_hints (
  sku text primary key,
  available integer not null check (available >= 0),
  seq integer not null
) strict, without rowid;
