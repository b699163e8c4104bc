-- Who may sign in, and how they prove it. Nobody else knows these addresses, hashes and roles.
create table accounts (
    user_id text primary key,
    -- As it is written to, and as it is compared.
    email text not null,
    email_key text not null unique,
    -- Argon2id, in PHC form.
    password_hash text not null,
    -- A JSON list.
    roles text not null,
    is_disabled integer not null default 0,
    email_verified_at integer,
    created_at integer not null,
    updated_at integer not null
) strict, without rowid;

create index accounts_by_age on accounts (created_at desc, user_id desc);
