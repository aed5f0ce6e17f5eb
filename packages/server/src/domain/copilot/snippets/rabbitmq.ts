import type { Snippet } from '../snippet.ts'

export const RABBITMQ: readonly Snippet[] = [
  {
    title: 'List queues and what is in them',
    keywords:
      'list show display queues queue count number how many messages message depth ready unacked table all',
    text: `\`\`\`sh
rabbitmqctl list_queues name messages_ready messages_unacknowledged consumers
rabbitmqadmin list queues
\`\`\``,
  },
  {
    title: 'Write and read messages',
    keywords:
      'publish send write add insert put produce get read fetch consume receive subscribe query select message messages record records queue ack',
    text: `\`\`\`sh
rabbitmqadmin publish exchange=amq.default routing_key={queue} payload='hello'
rabbitmqadmin get queue={queue} count=10 ackmode=ack_requeue_true
\`\`\``,
  },
  {
    title: 'Queues, exchanges and bindings',
    keywords:
      'create make declare delete remove drop purge bind binding exchange exchanges queue queues routing topic fanout direct quorum database table',
    text: `\`\`\`sh
rabbitmqadmin declare queue name={queue} durable=true arguments='{"x-queue-type":"quorum"}'
rabbitmqadmin declare exchange name=events type=topic
rabbitmqadmin declare binding source=events destination={queue} routing_key='order.*'
rabbitmqctl purge_queue {queue}
rabbitmqctl delete_queue {queue}
\`\`\``,
  },
  {
    title: 'Users, virtual hosts and state of the cluster',
    keywords:
      'user users password permission permissions vhost virtual host access grant cluster node nodes status health connections channels consumers policy memory alarm slow performance update',
    text: `\`\`\`sh
rabbitmqctl add_vhost shop
rabbitmqctl add_user app secret
rabbitmqctl set_permissions -p shop app '.*' '.*' '.*'
rabbitmq-diagnostics cluster_status
rabbitmqctl list_connections user peer_host state
\`\`\``,
  },
]
