-- Links that were mailed to somebody. What makes one work is derived from its id and not kept; its hash is what it is found by.
create table links (
    id text primary key,
    hash text not null unique,
    user_id text not null references accounts (user_id) on delete cascade,
    purpose text not null check (purpose in ('verify_email', 'reset_password')),
    -- The address that it was mailed to: once the account has another one, it proves nothing.
    email_key text not null,
    created_at integer not null,
    expires_at integer not null,
    -- One that resets a password does so once.
    used_at integer
) strict, without rowid;

create index links_by_user on links (user_id, purpose, created_at);
create index links_by_expiry on links (expires_at);
