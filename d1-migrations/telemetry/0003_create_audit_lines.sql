-- What staff did. A line is there before what it tells of is done; `status` is what came of it, null where nobody saw.
create table audit_lines (
  id text primary key,
  at integer not null,
  user_id text not null,
  action text not null,
  subject text,
  status integer
) strict, without rowid;

create index audit_lines_newest on audit_lines (at desc, id desc);
create index audit_lines_of_subject on audit_lines (subject, at desc, id desc);
create index audit_lines_of_user on audit_lines (user_id, at desc, id desc);
