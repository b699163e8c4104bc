-- What the shop knows of somebody besides how they sign in, which is auth's: their address, password and roles are not here.
create table profiles (
  user_id text primary key,
  name text not null,
  locale text,
  currency text,
  -- Grows with every change of the profile or of the account behind it.
  version integer not null check (version >= 0),
  updated_at integer not null
) strict, without rowid;
