-- Tries to sign in since the first that is remembered. Keys are hashes of who tries and where.
create table login_tries (
    key text primary key,
    count integer not null,
    since integer not null
) strict, without rowid;

create index login_tries_by_age on login_tries (since);
