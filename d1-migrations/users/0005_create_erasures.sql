-- Who is being forgotten: written before anything is removed, and removed itself when nothing of them can come back any more.
create table erasures (
  user_id text primary key,
  asked_at integer not null,
  -- How often everybody has been asked to forget them, and has.
  rounds integer not null check (rounds >= 0),
  due_at integer not null
) strict, without rowid;

create index erasures_due on erasures (due_at);

-- The remote database takes a migration apart by itself, and knows a trigger's body by BEGIN and END in capitals.
-- An access token outlives its account by minutes: what it writes then, whichever statement it is, is refused.
create trigger profiles_stay_erased before insert on profiles
when exists (select 1 from erasures where user_id = new.user_id)
BEGIN
  select raise(abort, 'constraint failed: the user is erased');
END;

create trigger addresses_stay_erased before insert on addresses
when exists (select 1 from erasures where user_id = new.user_id)
BEGIN
  select raise(abort, 'constraint failed: the user is erased');
END;
