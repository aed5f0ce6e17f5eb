import type { Snippet } from '../snippet.ts'

export const ZOOKEEPER: readonly Snippet[] = [
  {
    title: 'List and read nodes',
    keywords:
      'list ls show display get read fetch find query select node nodes znode znodes data value children child records record table all count tree',
    text: `\`\`\`
ls -R /
get -s /app/config
stat /app/config
getAllChildrenNumber /app
\`\`\``,
  },
  {
    title: 'Create, change and delete nodes',
    keywords:
      'create make add insert write store put set update change modify delete remove node nodes znode ephemeral sequential record',
    text: `\`\`\`
create /app/config "v1"
create -e -s /app/workers/worker- "host-1"
set -v 3 /app/config "v2"
delete /app/config
deleteall /app
\`\`\`
\`-v\` writes only if nobody has since that version.`,
  },
  {
    title: 'Watch for changes',
    keywords: 'watch watches watcher notify notification change changes event listen lock leader election',
    text: `\`\`\`
get -w /app/config
ls -w /app/workers
addWatch -m PERSISTENT_RECURSIVE /app
\`\`\``,
  },
  {
    title: 'Rights, state and connections',
    keywords:
      'acl permission permissions access auth user users password grant status leader follower mode health connections sessions latency slow performance stat ruok mntr quota backup snapshot',
    text: `\`\`\`
addauth digest app:secret
setAcl /app auth::cdrwa
getAcl /app
\`\`\`
\`\`\`sh
echo mntr | nc "$HOST" 2181
echo srvr | nc "$HOST" 2181
\`\`\``,
  },
]
