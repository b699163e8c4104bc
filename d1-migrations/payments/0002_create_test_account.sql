-- The embedded test provider's own books, apart from the shop's as another company's would be. Used where ENVIRONMENT=local, empty elsewhere.

create table test_intents (
  id text primary key,
  idempotency_key text not null unique,
  -- What the shop calls it; comes back in every answer and webhook.
  payment_id text not null,
  currency text not null,
  amount integer not null,
  payment_method text not null,
  status text not null
    check (status in ('requires_payment_method', 'requires_action', 'requires_capture', 'succeeded', 'canceled')),
  captured integer not null check (captured between 0 and amount),
  client_secret text not null,
  decline_code text,
  created_at integer not null
) strict, without rowid;

create table test_refunds (
  id text primary key,
  idempotency_key text not null unique,
  intent_id text not null references test_intents (id),
  refund_id text not null,
  amount integer not null check (amount > 0),
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  created_at integer not null
) strict, without rowid;

create index test_refunds_by_intent on test_refunds (intent_id);
