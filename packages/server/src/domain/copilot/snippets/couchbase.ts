import type { Snippet } from '../snippet.ts'

export const COUCHBASE: readonly Snippet[] = [
  {
    title: 'List the documents (records) of a bucket',
    keywords:
      'list read show display get fetch find select query retrieve documents document records rows table bucket collection all where filter order limit count',
    text: `\`\`\`sql
SELECT META().id, b.* FROM \`{bucket}\` b WHERE b.type = 'order' ORDER BY b.total DESC LIMIT 100;
SELECT COUNT(*) FROM \`{bucket}\`;
SELECT RAW b FROM \`{bucket}\` b USE KEYS 'order::1';
\`\`\``,
  },
  {
    title: 'Insert, update and delete documents',
    keywords:
      'insert add write store put upsert update change modify set delete remove document documents record records row',
    text: `\`\`\`sql
UPSERT INTO \`{bucket}\` (KEY, VALUE) VALUES ('order::1', {'type': 'order', 'total': 9.5});
UPDATE \`{bucket}\` USE KEYS 'order::1' SET total = 10;
DELETE FROM \`{bucket}\` WHERE type = 'draft';
\`\`\``,
  },
  {
    title: 'Buckets, scopes, collections and indexes',
    keywords:
      'create make drop list show buckets bucket scope scopes collection collections database tables table index indexes primary keyspaces',
    text: `\`\`\`sql
SELECT name FROM system:keyspaces;
CREATE SCOPE \`{bucket}\`.shop;
CREATE COLLECTION \`{bucket}\`.shop.orders;
CREATE PRIMARY INDEX ON \`{bucket}\`;
CREATE INDEX by_type ON \`{bucket}\`(type, total);
\`\`\``,
  },
  {
    title: 'Slow queries, state of the cluster, and users',
    keywords:
      'slow performance explain plan advise cluster nodes rebalance status user users role grant permission join group aggregate memory quota',
    text: `\`\`\`sql
EXPLAIN SELECT * FROM \`{bucket}\` WHERE type = 'order';
ADVISE SELECT * FROM \`{bucket}\` WHERE type = 'order';
SELECT * FROM system:completed_requests ORDER BY elapsedTime DESC LIMIT 10;
GRANT query_select ON \`{bucket}\` TO app;
\`\`\`
\`couchbase-cli server-list -c host:8091 -u user -p password\` lists the nodes.`,
  },
]
