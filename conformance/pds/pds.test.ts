import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'
import { accountsTests } from './areas/accounts.ts'
import { backupStorageTests } from './areas/backup-storage.ts'
import { backupsTests } from './areas/backups.ts'
import { catalogueTests } from './areas/catalogue.ts'
import { deploymentsTests } from './areas/deployments.ts'
import { iamTests } from './areas/iam.ts'
import { identitiesTests } from './areas/identities.ts'
import { pipelineTests } from './areas/pipeline.ts'
import { reportedBackupsTests } from './areas/reported-backups.ts'
import { targetsTests } from './areas/targets.ts'
import { templatesTests } from './areas/templates.ts'
import { OPERATIONS } from './contract-check.ts'
import { answered, setUp } from './pds.ts'

// One Croft for all areas: each adds its tests, and they run in this order.
const dataDirectory = await newDataDirectory()
const croft = await startCroft(dataDirectory, { CROFT_RATE_LIMIT: '0' })
after(async () => {
  await croft.stop()
  await removeDataDirectory(dataDirectory)
})
const pds = await setUp(croft)

accountsTests(pds)
iamTests(pds)
identitiesTests(pds)
catalogueTests(pds)
templatesTests(pds)
deploymentsTests(pds)
targetsTests(pds)
backupsTests(pds)
reportedBackupsTests(pds)
backupStorageTests(pds)
pipelineTests(pds)

test('every operation has answered with a success, 401 and whatever else the contract asks for', () => {
  assert.ok(pds)
  const silent = OPERATIONS.filter(
    (operation) => ![...(answered.get(operation) ?? [])].some((status) => status < 300),
  )
  // There are no teams to be found.
  assert.deepEqual(silent, ['GET /api/teams/{id}'])
})
