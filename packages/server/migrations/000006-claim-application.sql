-- The claim page of temporary databases asks for consent like any other application. On a loopback address any
-- port will do; another origin is added when the server starts, from CROFT_PUBLIC_URL.
insert into oauth_applications (id, client_id, name, redirect_uris) values (
  '0198f3a0-0000-7000-8000-000000000006',
  'croft-claim',
  'Claim a temporary database',
  array[
    'http://localhost/claim/callback',
    'http://127.0.0.1/claim/callback',
    'http://[::1]/claim/callback'
  ]
);
