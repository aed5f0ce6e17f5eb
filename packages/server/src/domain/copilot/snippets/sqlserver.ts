import type { Snippet } from '../snippet.ts'

export const SQLSERVER: readonly Snippet[] = [
  {
    title: 'List the rows (records) of a table',
    keywords:
      'list read show display get fetch find select query retrieve return view rows records entries table data all where filter sort order top limit first',
    text: `\`\`\`sql
SELECT TOP (100) * FROM dbo.{table} ORDER BY id;
SELECT * FROM dbo.{table} ORDER BY id OFFSET 100 ROWS FETCH NEXT 100 ROWS ONLY;
\`\`\``,
  },
  {
    title: 'Insert, update and delete rows',
    keywords:
      'insert add write store put upsert merge update change modify edit set delete remove truncate row record rows records values into table',
    text: `\`\`\`sql
INSERT INTO dbo.{table} (id, name) OUTPUT inserted.* VALUES (1, N'one');
UPDATE dbo.{table} SET name = N'new' WHERE id = 1;
DELETE FROM dbo.{table} WHERE id = 1;
\`\`\``,
  },
  {
    title: 'Databases and tables',
    keywords:
      'create make define alter drop rename list show describe databases database schemas tables table column columns structure type primary key identity',
    text: `\`\`\`sql
SELECT name FROM sys.databases;
SELECT name FROM sys.tables;
EXEC sp_help 'dbo.{table}';
CREATE TABLE dbo.{table} (id BIGINT IDENTITY PRIMARY KEY, name NVARCHAR(200) NOT NULL);
ALTER TABLE dbo.{table} ADD note NVARCHAR(MAX) NULL;
\`\`\``,
  },
  {
    title: 'Count, group and join rows of tables',
    keywords:
      'count number how many rows records table tables group sum average avg max min aggregate join combine distinct duplicate duplicates having',
    text: `\`\`\`sql
SELECT COUNT_BIG(*) FROM dbo.{table};
SELECT customer_id, COUNT(*), SUM(amount) FROM dbo.{table} GROUP BY customer_id HAVING COUNT(*) > 1;
\`\`\``,
  },
  {
    title: 'Slow queries, users, and backups',
    keywords:
      'slow index performance plan optimize fast running queries lock blocked user users login password grant permission role backup restore size space',
    text: `\`\`\`sql
SELECT session_id, status, wait_type, blocking_session_id FROM sys.dm_exec_requests WHERE session_id > 50;
CREATE INDEX by_name ON dbo.{table} (name);
CREATE LOGIN app WITH PASSWORD = 'Str0ng!pass'; CREATE USER app FOR LOGIN app; ALTER ROLE db_datareader ADD MEMBER app;
BACKUP DATABASE shop TO DISK = '/var/opt/mssql/shop.bak';
EXEC sp_spaceused 'dbo.{table}';
\`\`\``,
  },
]
