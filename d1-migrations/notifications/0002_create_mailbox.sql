-- Where mails end that nobody delivers: the embedded transport of local development. Empty elsewhere.
create table mailbox (
  -- The notification and its copy: a mail that is handed over twice lies here once.
  key text primary key,
  notification_id text not null,
  sender text not null,
  recipient text not null,
  subject text not null,
  text text not null,
  html text not null,
  sent_at integer not null
) strict, without rowid;

create index mailbox_by_age on mailbox (sent_at, key);
create index mailbox_by_recipient on mailbox (recipient, sent_at, key);
create index mailbox_by_notification on mailbox (notification_id, sent_at);
