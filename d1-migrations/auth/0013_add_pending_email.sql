-- The address that is to take over once somebody has shown that they read its mails; until then the proven one stays. It keeps nobody else
-- from the address.
alter table accounts add column pending_email text;
alter table accounts add column pending_email_key text;
