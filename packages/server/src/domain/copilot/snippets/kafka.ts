import type { Snippet } from '../snippet.ts'

export const KAFKA: readonly Snippet[] = [
  {
    title: 'Read messages of a topic',
    keywords:
      'list read show display get fetch consume consumer receive subscribe select query message messages records record events topic table all beginning',
    text: `\`\`\`sh
kafka-console-consumer.sh --bootstrap-server "$HOST" --topic {topic} --from-beginning --max-messages 100
kafka-console-consumer.sh --bootstrap-server "$HOST" --topic {topic} --property print.key=true --group readers
\`\`\``,
  },
  {
    title: 'Write messages to a topic',
    keywords:
      'insert add write send produce producer publish store put message messages records record event topic key',
    text: `\`\`\`sh
kafka-console-producer.sh --bootstrap-server "$HOST" --topic {topic} --property parse.key=true --property key.separator=:
\`\`\`
Each line is then a message, \`key:value\`.`,
  },
  {
    title: 'List, create, change and delete topics',
    keywords:
      'list show create make describe alter change delete remove topics topic tables database partition partitions replication retention configuration',
    text: `\`\`\`sh
kafka-topics.sh --bootstrap-server "$HOST" --list
kafka-topics.sh --bootstrap-server "$HOST" --create --topic {topic} --partitions 6 --replication-factor 3
kafka-topics.sh --bootstrap-server "$HOST" --describe --topic {topic}
kafka-configs.sh --bootstrap-server "$HOST" --alter --entity-type topics --entity-name {topic} --add-config retention.ms=86400000
kafka-topics.sh --bootstrap-server "$HOST" --delete --topic {topic}
\`\`\``,
  },
  {
    title: 'Consumer groups and their lag',
    keywords:
      'consumer consumers group groups lag offset offsets reset slow behind count number many performance',
    text: `\`\`\`sh
kafka-consumer-groups.sh --bootstrap-server "$HOST" --describe --group readers
kafka-consumer-groups.sh --bootstrap-server "$HOST" --group readers --topic {topic} --reset-offsets --to-earliest --execute
\`\`\``,
  },
  {
    title: 'Users, rights and brokers',
    keywords:
      'user users acl permission grant access password sasl broker brokers cluster node nodes status health',
    text: `\`\`\`sh
kafka-acls.sh --bootstrap-server "$HOST" --add --allow-principal User:app --operation Read --topic {topic} --group readers
kafka-broker-api-versions.sh --bootstrap-server "$HOST"
kafka-metadata-quorum.sh --bootstrap-server "$HOST" describe --status
\`\`\``,
  },
]
