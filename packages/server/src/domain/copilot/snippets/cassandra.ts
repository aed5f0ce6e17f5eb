import type { Snippet } from '../snippet.ts'

export const CASSANDRA: readonly Snippet[] = [
  {
    title: 'List the rows (records) of a table',
    keywords:
      'list read show display get fetch find select query retrieve rows records table data all where filter order limit count',
    text: `\`\`\`sql
SELECT * FROM shop.{table} LIMIT 100;
SELECT * FROM shop.{table} WHERE customer_id = 1 ORDER BY placed_at DESC;
SELECT COUNT(*) FROM shop.{table};
\`\`\`
\`WHERE\` needs the partition key; \`ALLOW FILTERING\` reads every node, so make a table for the question instead.`,
  },
  {
    title: 'Insert, update and delete rows',
    keywords:
      'insert add write store put upsert update change modify set delete remove truncate row rows record records ttl expire batch',
    text: `\`\`\`sql
INSERT INTO shop.{table} (customer_id, placed_at, total) VALUES (1, toTimestamp(now()), 9.5) USING TTL 86400;
UPDATE shop.{table} SET total = 10 WHERE customer_id = 1 AND placed_at = '2024-01-01';
DELETE FROM shop.{table} WHERE customer_id = 1;
\`\`\``,
  },
  {
    title: 'Keyspaces and tables',
    keywords:
      'create make define alter drop list show describe keyspace keyspaces database table tables column columns schema primary key clustering index replication',
    text: `\`\`\`sql
DESCRIBE KEYSPACES;
CREATE KEYSPACE shop WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 3};
CREATE TABLE shop.{table} (
  customer_id bigint, placed_at timestamp, total decimal,
  PRIMARY KEY ((customer_id), placed_at)
) WITH CLUSTERING ORDER BY (placed_at DESC);
DESCRIBE TABLE shop.{table};
\`\`\``,
  },
  {
    title: 'State of the cluster, repair and users',
    keywords:
      'status nodes node cluster ring nodetool repair compaction health slow performance tracing consistency user users role roles password grant permission',
    text: `\`\`\`sh
nodetool status
nodetool repair shop
nodetool tablestats shop.{table}
\`\`\`
\`\`\`sql
CREATE ROLE app WITH PASSWORD = 'secret' AND LOGIN = true;
GRANT MODIFY ON KEYSPACE shop TO app;
CONSISTENCY LOCAL_QUORUM;
TRACING ON;
\`\`\``,
  },
]
