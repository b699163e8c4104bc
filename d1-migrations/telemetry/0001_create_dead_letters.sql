-- Messages that gave up, as they were. `id` derives from queue and body, so that a message that comes twice, or comes back after a
-- replay, is one row.
create table dead_letters (
  id text primary key,
  queue text not null,
  -- The envelope's; null of a message that is not one.
  event_id text,
  type text,
  body text not null,
  status text not null check (status in ('new', 'replayed')),
  replays integer not null default 0,
  received_at integer not null,
  replayed_at integer
) strict;

create index dead_letters_newest on dead_letters (received_at desc, id desc);
