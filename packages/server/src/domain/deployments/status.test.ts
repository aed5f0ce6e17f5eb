import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObservedInstance } from '@croft/protocol'
import type { DeployedDatabase, Deployment } from './deployment.ts'
import { reportedStatusOf } from './reported.ts'
import { statusOf } from './status.ts'

const NOW = Date.UTC(2026, 0, 1)
const fault = { code: 'no-space', message: 'The disk is full.' } as unknown as ObservedInstance['fault']

const observed = (changes: Partial<ObservedInstance> = {}): ObservedInstance => ({
  ...{ id: 'i', revision: 5, epoch: 1, status: 'ready', power: 'running' },
  ...changes,
})

const database = (changes: Partial<DeployedDatabase> = {}): DeployedDatabase => ({
  ...{ state: 'ready', stateMessage: null, engine: 'postgres', version: '18', region: 'r', size: 'nano' },
  ...{ branchId: null, source: { type: 'empty' }, createdAt: new Date(NOW), readyAt: new Date(NOW) },
  ...{ revision: 5, observed: observed() },
  ...changes,
})

const deployment = (changes: Partial<Deployment> = {}): Deployment => ({
  ...{
    id: 'd',
    organizationId: 'o',
    workspaceId: 'w',
    projectId: 'p',
    name: 'n',
    clusterResourceName: 'pg-n-000000',
  },
  ...{
    deploymentTargetId: 't',
    namespaceId: 's',
    dataServiceId: 'ds',
    versionId: 'v',
    imageId: 'i',
    nodeCount: 1,
  },
  ...{ serviceType: null, dnsZone: null, loadBalancerSourceRanges: [], configuration: {}, resources: {} },
  ...{
    storageOptions: {},
    tlsEnabled: false,
    scheduledBackup: null,
    localOnly: false,
    state: 'created',
    error: null,
  },
  ...{
    database: database(),
    restoreId: null,
    targetStatus: 'healthy',
    tlsIssuer: null,
    namespaceName: 'default',
  },
  ...{ createdAt: new Date(NOW), updatedAt: new Date(NOW) },
  ...changes,
})

const CASES: readonly (readonly [string, Partial<Deployment>, string, string, string])[] = [
  ['serves', {}, 'Available', 'Deployed', 'Yes'],
  [
    'asleep',
    { database: database({ observed: observed({ power: 'asleep' }) }) },
    'Available',
    'Deployed',
    'Yes',
  ],
  ['host not heard of', { targetStatus: 'unhealthy' }, ...(['Unknown', 'Deployed', 'Yes'] as const)],
  [
    'nothing seen yet',
    { database: database({ state: 'provisioning', readyAt: null, observed: null }) },
    ...(['Unavailable', 'Preparing', 'Pending'] as const),
  ],
  [
    'being made',
    {
      database: database({
        state: 'provisioning',
        readyAt: null,
        observed: observed({ status: 'creating' }),
      }),
    },
    ...(['Unavailable', 'Deploying', 'Pending'] as const),
  ],
  [
    'being made for too long',
    { database: database({ state: 'provisioning', readyAt: null, createdAt: new Date(NOW - 3_600_000) }) },
    ...(['Unavailable', 'Timeout', 'Pending'] as const),
  ],
  [
    'made of a backup',
    { restoreId: 'r', database: database({ state: 'provisioning', readyAt: null }) },
    ...(['Unavailable', 'Restoring', 'Pending'] as const),
  ],
  ['restored in place', { database: database({ state: 'recovering' }) }, 'Unavailable', 'Restoring', 'Yes'],
  ['change under way', { database: database({ revision: 6 }) }, 'Available', 'Updating', 'Yes'],
  [
    'change that cannot be applied',
    { database: database({ revision: 6, observed: observed({ ...(fault ? { fault } : {}) }) }) },
    ...(['Available', 'Update Failed', 'Yes'] as const),
  ],
  [
    'does not start',
    { database: database({ observed: observed({ power: 'starting', ...(fault ? { fault } : {}) }) }) },
    ...(['Unavailable', 'Deployed', 'Yes'] as const),
  ],
  [
    'could not be made',
    { state: 'failed', database: database({ state: 'failed', readyAt: null, stateMessage: 'No room.' }) },
    ...(['Unavailable', 'Failed', 'No'] as const),
  ],
  ['on paper', { database: null, state: 'pending' }, 'Unavailable', 'Preparing', 'Pending'],
]

for (const [name, changes, health, progress, initialized] of CASES) {
  test(`a deployment: ${name}`, () => {
    const status = statusOf(deployment(changes), NOW)
    assert.deepEqual([status.health, status.progress, status.initialized], [health, progress, initialized])
    assert.equal(status.readyReplicas, health === 'Available' ? 1 : 0)
    assert.equal(status.restoring, progress === 'Restoring')
    assert.equal(status.message === null, health === 'Available' && progress !== 'Update Failed')
  })
}

const REPORTS: readonly (readonly [unknown, string, number, number])[] = [
  [{ health: 'Healthy', replicas: 3, readyReplicas: 3 }, 'Available', 3, 3],
  [{ health: 'Degraded', replicas: 3, readyReplicas: 2 }, 'Partially Available', 3, 2],
  [{ health: 'Down' }, 'Unavailable', 1, 0],
  [{ replicas: 2, readyReplicas: 1 }, 'Partially Available', 2, 1],
  [{ health: 'splendid', replicas: '3' }, 'Unavailable', 1, 0],
  ['nonsense', 'Unavailable', 1, 0],
  [undefined, 'Unavailable', 1, 0],
]

test('what is on paper is as its target last reported, in either generation of words', () => {
  const at = new Date(NOW)
  for (const [status, health, replicas, ready] of REPORTS) {
    const report = { id: 'm', manifest: { status }, reportedAt: at, createdAt: at, updatedAt: at }
    const told = reportedStatusOf(deployment({ database: null }), report, NOW)
    assert.deepEqual(
      [told.health, told.replicas, told.readyReplicas],
      [health, replicas, ready],
      JSON.stringify(status),
    )
    const silent = reportedStatusOf(deployment({ database: null, targetStatus: 'unhealthy' }), report, NOW)
    assert.equal(silent.health, 'Unknown')
  }
})
