import type { Snippet } from '../snippet.ts'

export const ELASTICSEARCH: readonly Snippet[] = [
  {
    title: 'Search documents of an index',
    keywords:
      'list read show display get fetch find search select query retrieve match documents document records rows table index all where filter sort limit count',
    text: `\`\`\`
GET /{index}/_search
{ "query": { "match_all": {} }, "size": 100 }

GET /{index}/_search
{ "query": { "bool": { "must": { "match": { "title": "croft" } }, "filter": { "range": { "year": { "gte": 2020 } } } } } }

GET /{index}/_count
\`\`\``,
  },
  {
    title: 'Insert, update and delete documents',
    keywords:
      'insert add write store put index upsert update change modify delete remove bulk document documents record records row',
    text: `\`\`\`
PUT /{index}/_doc/1
{ "title": "one" }

POST /{index}/_update/1
{ "doc": { "title": "new" }, "doc_as_upsert": true }

DELETE /{index}/_doc/1

POST /{index}/_delete_by_query
{ "query": { "term": { "draft": true } } }
\`\`\``,
  },
  {
    title: 'Indices, mappings and aliases',
    keywords:
      'create make drop delete list show indices indexes index mapping mappings field fields schema alias reindex template database tables table',
    text: `\`\`\`
GET /_cat/indices?v
PUT /{index}
{ "mappings": { "properties": { "title": { "type": "text" }, "year": { "type": "integer" } } } }

GET /{index}/_mapping
POST /_reindex
{ "source": { "index": "{index}" }, "dest": { "index": "{index}-2" } }
\`\`\``,
  },
  {
    title: 'Aggregate',
    keywords:
      'aggregate aggregation aggregations group count sum average avg histogram terms buckets distinct join many',
    text: `\`\`\`
GET /{index}/_search
{ "size": 0, "aggs": { "by_year": { "terms": { "field": "year" }, "aggs": { "price": { "avg": { "field": "price" } } } } } }
\`\`\``,
  },
  {
    title: 'Health of the cluster, slow queries and users',
    keywords:
      'health status cluster nodes shards shard unassigned slow performance profile disk heap user users role roles password permission snapshot',
    text: `\`\`\`
GET /_cluster/health
GET /_cat/shards?v&h=index,shard,prirep,state,unassigned.reason
GET /_cat/nodes?v&h=name,heap.percent,cpu,disk.used_percent
POST /_security/user/app
{ "password": "at-least-6", "roles": ["viewer"] }
\`\`\``,
  },
]
