-- The refresh token that replaced this one, sealed with this one: answered again for a short time, so that two
-- processes which refresh at once both live.
alter table refresh_tokens add column successor bytea;

-- The clients that Prisma ships (CLI 8 and CLI 7). Like every application, their id is the client id read as base 36.
insert into oauth_applications (id, client_id, name, redirect_uris) values
  ('d54e0aeb-713d-46ce-ffd1-963173bdb39c', 'cmm3lndn701oo0uefvxzo0ivw', 'Prisma CLI', '{http://localhost/auth/callback}'),
  ('d540cf6c-7b8f-da14-d6ab-97ec995f0dcf', 'cmi4ttoor03pv2wco4526rnin', 'Prisma ORM CLI', '{http://localhost/auth/callback}');
