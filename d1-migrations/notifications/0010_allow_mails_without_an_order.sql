-- Mails about an account belong to no order. SQLite cannot take a constraint away, so the table is made again.
create table notifications_new (
  id text primary key,
  event_id text not null,
  template text not null,
  channel text not null check (channel in ('email')),
  transport text not null,
  recipient text not null,
  subject text not null,
  -- All the mail says but for what makes its link work, so that it can be written again for another try.
  message text not null,
  order_id text,
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
  is_erased integer not null default 0 check (is_erased in (0, 1)),
  check ((status = 'queued') = (next_try_at is not null))
) strict, without rowid;

insert into notifications_new (id, event_id, template, channel, transport, recipient, subject, message, order_id, user_id, status, tries,
  copy, last_error, created_at, sent_at, next_try_at, is_erased)
select id, event_id, template, channel, transport, recipient, subject, message, order_id, user_id, status, tries,
  copy, last_error, created_at, sent_at, next_try_at, is_erased
from notifications;

drop table notifications;
alter table notifications_new rename to notifications;

create index notifications_by_age on notifications (created_at, id);
create index notifications_by_order on notifications (order_id, created_at, id) where order_id is not null;
create index notifications_by_user on notifications (user_id, created_at, id) where user_id is not null;
create index notifications_by_status on notifications (status, created_at, id);
create index notifications_due on notifications (next_try_at) where status = 'queued';
create index notifications_erased on notifications (id) where is_erased = 1;
