-- Where somebody is signed in.
create table sessions (
    id text primary key,
    user_id text not null references accounts (user_id) on delete cascade,
    user_agent text,
    created_at integer not null,
    last_used_at integer not null,
    -- However often it is refreshed.
    expires_at integer not null,
    ended_at integer
) strict, without rowid;

create index sessions_by_user on sessions (user_id, created_at);
create index sessions_by_expiry on sessions (expires_at);

-- Every refresh token that a session had, as its hash: one that comes a second time was stolen, by whichever of the two.
create table refresh_tokens (
    hash text primary key,
    session_id text not null references sessions (id) on delete cascade,
    issued_at integer not null,
    expires_at integer not null,
    used_at integer
) strict, without rowid;

create index refresh_tokens_by_session on refresh_tokens (session_id);

-- Places from which somebody has signed in: hashed with the account, so that two accounts of one place do not show it.
create table known_places (
    user_id text not null references accounts (user_id) on delete cascade,
    place text not null,
    seen_at integer not null,
    primary key (user_id, place)
) strict, without rowid;
