-- Mails that were asked for: one row per event and template, because the id is derived from both.
create table notifications (
  id text primary key,
  event_id text not null,
  template text not null,
  channel text not null check (channel in ('email')),
  transport text not null,
  recipient text not null,
  subject text not null,
  -- All the mail says, so that it can be written again for another try.
  message text not null,
  order_id text not null,
  user_id text,
  status text not null check (status in ('queued', 'sent', 'failed')),
  tries integer not null check (tries >= 0),
  -- How often staff had it sent again: a copy of its own for the channel.
  copy integer not null check (copy >= 0),
  last_error text,
  created_at integer not null,
  sent_at integer,
  -- While somebody is trying: when that counts as given up.
  next_try_at integer,
  check ((status = 'queued') = (next_try_at is not null))
) strict, without rowid;

create index notifications_by_age on notifications (created_at, id);
create index notifications_by_order on notifications (order_id, created_at, id);
create index notifications_by_user on notifications (user_id, created_at, id) where user_id is not null;
create index notifications_by_status on notifications (status, created_at, id);
create index notifications_due on notifications (next_try_at) where status = 'queued';
