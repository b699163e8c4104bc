-- The app that somebody shows codes of. Its secret is derived from the row's id with the key that is named, and not kept.
create table second_factors (
    user_id text primary key references accounts (user_id) on delete cascade,
    id text not null,
    key_id text not null,
    created_at integer not null,
    -- From when on it is asked for: somebody has shown that their app has the secret.
    confirmed_at integer,
    -- The time step of the last code that was taken: none is taken twice (RFC 6238, section 5.2).
    last_step integer not null,
    -- What the last code was taken for.
    used_by text
) strict, without rowid;

-- For the day on which the app is lost: each is good once.
create table recovery_codes (
    hash text primary key,
    user_id text not null references accounts (user_id) on delete cascade,
    -- What it was taken for.
    used_by text
) strict, without rowid;

create index recovery_codes_by_user on recovery_codes (user_id);
