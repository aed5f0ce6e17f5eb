import type { Snippet } from '../snippet.ts'

export const MYSQL: readonly Snippet[] = [
  {
    title: 'List the rows (records) of a table',
    keywords:
      'list read show display get fetch find select query retrieve return view rows records entries table data all where filter sort order limit first',
    text: `\`\`\`sql
SELECT * FROM {table} ORDER BY id LIMIT 100;
SELECT * FROM {table} WHERE created_at >= NOW() - INTERVAL 1 DAY;
\`\`\``,
  },
  {
    title: 'Insert, update and delete rows',
    keywords:
      'insert add write store put upsert duplicate update change modify edit set delete remove truncate row record rows records values into table',
    text: `\`\`\`sql
INSERT INTO {table} (id, name) VALUES (1, 'one') ON DUPLICATE KEY UPDATE name = VALUES(name);
UPDATE {table} SET name = 'new' WHERE id = 1;
DELETE FROM {table} WHERE id = 1;
\`\`\``,
  },
  {
    title: 'Create and change a table or a database',
    keywords:
      'create make define alter drop rename table column columns database schema type primary key foreign constraint',
    text: `\`\`\`sql
CREATE TABLE {table} (
  id BIGINT AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
ALTER TABLE {table} ADD COLUMN note TEXT;
DROP TABLE {table};
\`\`\``,
  },
  {
    title: 'List databases, tables and columns',
    keywords: 'list show display databases schemas tables columns describe structure exist information',
    text: `\`\`\`sql
SHOW DATABASES;
SHOW TABLES;
DESCRIBE {table};
SHOW CREATE TABLE {table};
\`\`\``,
  },
  {
    title: 'Count, group and join rows of tables',
    keywords:
      'count number how many rows records table tables group sum average avg max min aggregate join combine distinct duplicates having',
    text: `\`\`\`sql
SELECT COUNT(*) FROM {table};
SELECT customer_id, COUNT(*), SUM(amount) FROM {table} GROUP BY customer_id HAVING COUNT(*) > 1;
SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id;
\`\`\``,
  },
  {
    title: 'Find slow queries and make them faster',
    keywords:
      'slow index performance explain analyze plan optimize fast faster running process processlist queries lock locks kill',
    text: `\`\`\`sql
EXPLAIN SELECT * FROM {table} WHERE name = 'x';
CREATE INDEX by_name ON {table} (name);
SHOW FULL PROCESSLIST;
KILL QUERY 42;
\`\`\``,
  },
  {
    title: 'Users and their rights; moving data in and out',
    keywords:
      'user users password grant revoke permission privilege privileges access import export dump load csv mysqldump size space',
    text: `\`\`\`sql
CREATE USER 'app'@'%' IDENTIFIED BY 'secret';
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO 'app'@'%';
SELECT table_name, ROUND((data_length + index_length) / 1048576) AS mb FROM information_schema.tables ORDER BY mb DESC;
\`\`\`
\`mysqldump --single-transaction shop > shop.sql\` writes a database, \`mysql shop < shop.sql\` reads it.`,
  },
]
