-- What the shop asked providers to hold, take and give back.

-- A payment is what its entries add up to; the row saves adding them up. It is never deleted.
create table payments (
  id text primary key,
  order_id text not null,
  provider text not null,
  -- The provider's own id of it.
  reference text,
  status text not null
    check (status in ('processing', 'requires_action', 'authorized', 'captured', 'declined', 'voided')),
  currency text not null,
  amount integer not null check (amount >= 0),
  held integer not null check (held >= 0),
  captured integer not null check (captured >= 0),
  refunded integer not null check (refunded >= 0 and refunded <= captured),
  -- The provider's token of it, never a card. Null in a tombstone: given up before anybody asked.
  payment_method text,
  -- Only until the provider has answered.
  email text,
  client_secret text,
  next_action text,
  decline_code text,
  -- How many entries there are.
  seq integer not null,
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;

create index payments_by_order on payments (order_id);

-- The ledger. Its key is also the lock: of two writers that read the same payment only one can write the next entry.
create table entries (
  payment_id text not null references payments (id),
  seq integer not null,
  type text not null,
  amount integer,
  refund_id text,
  code text,
  at integer not null,
  primary key (payment_id, seq)
) strict, without rowid;

-- Each time the provider was asked, in the order of their rows: the clock stands still while a request runs.
create table attempts (
  id text primary key,
  payment_id text not null references payments (id),
  operation text not null,
  -- `unknown` until, and unless, the answer came.
  outcome text not null,
  code text,
  at integer not null
) strict;

create index attempts_by_payment on attempts (payment_id);

create table refunds (
  id text primary key,
  payment_id text not null references payments (id),
  amount integer not null check (amount > 0),
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  failure_code text,
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;

create index refunds_by_payment on refunds (payment_id);
create index refunds_open on refunds (updated_at) where status = 'pending';

-- Events that are committed and not sent yet.
create table outbox (
  id text primary key,
  envelope text not null,
  created_at integer not null
) strict, without rowid;

create index outbox_by_age on outbox (created_at);
