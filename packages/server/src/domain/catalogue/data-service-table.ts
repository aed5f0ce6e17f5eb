import type { DataService, NodeRestrictions } from './entities.ts'

/** A data service whether or not any host can run it. */
export interface KnownDataService extends Omit<DataService, 'id' | 'comingSoon' | 'createdAt'> {
  /** What Portworx published, newest first: shown where no host has told of any. */
  readonly published: readonly string[]
}

const ANY: NodeRestrictions = { simple: [], resizeDisabled: [], downsizeEnabled: false, sentence: '' }
const exactly = (count: number, sentence: string): NodeRestrictions => ({
  simple: [count],
  resizeDisabled: [count],
  downsizeEnabled: false,
  sentence,
})
/** True of everything that Croft runs: it makes no standbys yet. */
const ONE = exactly(1, 'One node: standbys are not offered yet.')

const runs = { hasFullBackup: true, hasIncrementalBackup: false, nodes: ONE }
const named = { engine: null, hasFullBackup: true, hasIncrementalBackup: false, nodes: ANY }
const noBackup = { ...named, hasFullBackup: false }

/** Those of Portworx Data Services. To have one run, give it the name of its engine. */
export const KNOWN_DATA_SERVICES: readonly KnownDataService[] = [
  { ...named, name: 'Cassandra', shortName: 'cas', published: ['4.1.2', '4.0.10', '3.11.15', '3.0.29'] },
  { ...named, name: 'Consul', shortName: 'con', published: ['1.15.3', '1.14.7'] },
  { ...named, name: 'Couchbase', shortName: 'cb', published: ['7.2.0', '7.1.1'] },
  { ...noBackup, name: 'DataStaxEnterprise', shortName: 'dse', published: [] },
  { ...named, name: 'Elasticsearch', shortName: 'es', published: ['8.8.0'] },
  { ...noBackup, name: 'Kafka', shortName: 'kf', published: ['3.4.1', '3.3.2', '3.2.3', '3.1.2'] },
  { ...named, name: 'MongoDB Enterprise', shortName: 'mdb', published: ['6.0.6'] },
  {
    ...noBackup,
    name: 'MS SQL Server',
    shortName: 'sql',
    nodes: exactly(1, 'Exactly one node.'),
    published: ['2019-CU20'],
  },
  { ...runs, name: 'MySQL', shortName: 'my', engine: 'mariadb', published: ['8.0.33'] },
  {
    ...runs,
    name: 'PostgreSQL',
    shortName: 'pg',
    engine: 'postgres',
    hasIncrementalBackup: true,
    published: ['15.3', '14.8', '13.11', '12.15', '11.20'],
  },
  { ...noBackup, name: 'RabbitMQ', shortName: 'rmq', published: ['3.11.16', '3.10.22'] },
  { ...runs, name: 'Redis', shortName: 'red', engine: 'redis', published: ['7.0.9'] },
  {
    ...noBackup,
    name: 'ZooKeeper',
    shortName: 'zk',
    nodes: exactly(3, 'Exactly three nodes.'),
    published: ['3.8.1', '3.7.1'],
  },
  // Announced by the names of capabilities only.
  { ...noBackup, name: 'CockroachDB', shortName: 'crdb', published: [] },
  { ...noBackup, name: 'Neo4j', shortName: 'neo', published: [] },
]
