-- Where somebody's parcels go. An id begins with the time it was made, so somebody's addresses lie here in the order of their age.
create table addresses (
  user_id text not null,
  id text not null,
  name text not null,
  line1 text not null,
  line2 text,
  city text not null,
  region text,
  postal_code text,
  country text not null,
  phone text,
  is_default integer not null check (is_default in (0, 1)),
  primary key (user_id, id)
) strict, without rowid;

-- At most one; that there is one as long as there is any address, every statement that takes it away sees to.
create unique index addresses_default on addresses (user_id) where is_default = 1;
