import type { Snippet } from '../snippet.ts'

export const CONSUL: readonly Snippet[] = [
  {
    title: 'Read and write keys',
    keywords:
      'list read show get fetch find write store put set add insert update change delete remove key keys value values kv records record table all query',
    text: `\`\`\`sh
consul kv put {key} value
consul kv get {key}
consul kv get -recurse app/
consul kv delete -recurse app/
\`\`\``,
  },
  {
    title: 'Services and where they are',
    keywords:
      'service services register deregister discover discovery catalog list show dns find lookup instances endpoint create',
    text: `\`\`\`sh
consul catalog services
curl "$CONSUL_HTTP_ADDR/v1/health/service/{service}?passing"
dig @127.0.0.1 -p 8600 {service}.service.consul SRV
consul services register service.hcl
\`\`\``,
  },
  {
    title: 'Members, leader and health',
    keywords:
      'member members leader raft peers node nodes cluster health status check checks server servers count many',
    text: `\`\`\`sh
consul members
consul operator raft list-peers
curl "$CONSUL_HTTP_ADDR/v1/health/state/critical"
\`\`\``,
  },
  {
    title: 'Tokens, policies and snapshots',
    keywords:
      'acl token tokens policy policies role permission access user users snapshot snapshots backup restore save bootstrap lock session watch',
    text: `\`\`\`sh
consul acl policy create -name reader -rules 'key_prefix "" { policy = "read" }'
consul acl token create -policy-name reader
consul snapshot save backup.snap
consul snapshot restore backup.snap
\`\`\``,
  },
]
