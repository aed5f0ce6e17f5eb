import type { Snippet } from '../snippet.ts'

export const POSTGRES: readonly Snippet[] = [
  {
    title: 'List the rows (records) of a table',
    keywords:
      'list read show display get fetch find select query retrieve return view rows records entries table data all where filter sort order limit first',
    text: `\`\`\`sql
select * from {table} order by id limit 100;
select * from {table} where created_at >= now() - interval '1 day';
\`\`\``,
  },
  {
    title: 'Insert rows, or update them if they are there',
    keywords: 'insert add write store put upsert conflict new row record rows records values into table',
    text: `\`\`\`sql
insert into {table} (id, name) values (1, 'one'), (2, 'two')
on conflict (id) do update set name = excluded.name
returning *;
\`\`\``,
  },
  {
    title: 'Update and delete rows',
    keywords:
      'update change modify edit set delete remove erase truncate row rows record records table where',
    text: `\`\`\`sql
update {table} set name = 'new' where id = 1;
delete from {table} where id = 1;
truncate {table}; -- all rows at once
\`\`\``,
  },
  {
    title: 'Create and change a table',
    keywords:
      'create make define alter drop rename table column columns schema type primary key foreign constraint',
    text: `\`\`\`sql
create table {table} (
  id bigint generated always as identity primary key,
  name text not null,
  created_at timestamptz not null default now()
);
alter table {table} add column note text;
drop table {table};
\`\`\``,
  },
  {
    title: 'List databases, schemas and tables',
    keywords:
      'list show display databases schemas tables columns describe structure catalog exist information',
    text: `\`\`\`sql
select datname from pg_database where not datistemplate;
select table_schema, table_name from information_schema.tables
where table_schema not in ('pg_catalog', 'information_schema');
select column_name, data_type, is_nullable from information_schema.columns where table_name = '{table}';
\`\`\`
In psql: \`\\l\`, \`\\dt\`, \`\\d {table}\`.`,
  },
  {
    title: 'Count, group and join rows of tables',
    keywords:
      'count number how many rows records table tables group sum average avg max min aggregate join combine distinct duplicate duplicates having',
    text: `\`\`\`sql
select count(*) from {table};
select customer_id, count(*), sum(amount) from {table} group by customer_id having count(*) > 1;
select o.id, c.name from orders o join customers c on c.id = o.customer_id;
\`\`\``,
  },
  {
    title: 'Find slow queries and make them faster',
    keywords:
      'slow index performance explain analyze plan optimize fast faster running active queries lock locks blocked',
    text: `\`\`\`sql
explain (analyze, buffers) select * from {table} where name = 'x';
create index concurrently on {table} (name);
select pid, state, now() - query_start as since, query from pg_stat_activity
where state <> 'idle' order by since desc;
\`\`\``,
  },
  {
    title: 'Users, roles and their rights',
    keywords:
      'user users role roles password grant revoke permission privilege privileges access login owner',
    text: `\`\`\`sql
create role app login password 'secret';
grant select, insert, update, delete on all tables in schema public to app;
alter default privileges in schema public grant select on tables to app;
alter role app password 'another';
\`\`\``,
  },
  {
    title: 'Size of tables and databases',
    keywords: 'size disk space big large storage table database bloat vacuum dead tuples',
    text: `\`\`\`sql
select pg_size_pretty(pg_database_size(current_database()));
select relname, pg_size_pretty(pg_total_relation_size(oid)) from pg_class
where relkind = 'r' order by pg_total_relation_size(oid) desc limit 10;
vacuum (analyze, verbose) {table};
\`\`\``,
  },
  {
    title: 'Copy data in and out',
    keywords: 'import export load copy csv dump file bulk migrate restore backup pg_dump',
    text: `\`\`\`sh
psql "$URL" -c "\\copy {table} from 'data.csv' csv header"
psql "$URL" -c "\\copy (select * from {table}) to 'data.csv' csv header"
pg_dump "$URL" --format=custom --file=db.dump && pg_restore --dbname="$OTHER_URL" db.dump
\`\`\``,
  },
]
