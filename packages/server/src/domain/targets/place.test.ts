import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EngineOnHost } from '@croft/protocol'
import { createPlatform } from '../../../test/platform.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { placeInstance } from './place.ts'

const REASON = 'mariadbd is neither on this system nor installed by Croft.'

test('an instance goes where its engine is, in the newest version there', async (t) => {
  const platform = await createPlatform(t)
  const engines: readonly EngineOnHost[] = [
    { engine: 'postgres', version: '9', installed: true },
    { engine: 'postgres', version: '18', installed: true },
    { engine: 'postgres', version: '19', installed: false },
    { engine: 'mariadb', version: '10.11', installed: false, reason: REASON },
  ]
  await platform.agent({ engines })
  const place = (engine: string, version?: string, region = 'us-east-1') =>
    placeInstance(platform.db, { region, engine, version })
  const refusal = async (...wish: Parameters<typeof place>) => {
    const error = await place(...wish).then(
      () => assert.fail('was placed'),
      (error: unknown) => error,
    )
    assert.ok(error instanceof CroftError)
    return [error.code, error.message, error.hint]
  }
  assert.equal((await place('postgres')).version, '18')
  assert.equal((await place('postgres', '9')).version, '9')
  assert.deepEqual(await refusal('postgres', '19'), [
    'no-capacity',
    'PostgreSQL 19 is not installed on the hosts of us-east-1.',
    'Run "croft engine install postgres@19" on a host, then try again.',
  ])
  assert.deepEqual(await refusal('postgres', '7'), [
    'engine-not-found',
    'There is no PostgreSQL 7 here.',
    'Versions of postgres: 9, 18, 19.',
  ])
  assert.deepEqual(await refusal('mariadb'), [
    'no-capacity',
    `MariaDB is not installed on the hosts of us-east-1: ${REASON}`,
    'Run "croft engine install mariadb" on a host, then try again.',
  ])
  // A host of before this engine does not know of it.
  assert.deepEqual((await refusal('redis'))[0], 'no-capacity')
  assert.deepEqual(await refusal('oracle'), [
    'engine-not-found',
    'There is no engine oracle.',
    'Engines: postgres, mariadb, redis.',
  ])
  assert.equal((await refusal('postgres', undefined, 'nowhere'))[1], 'No host serves nowhere yet.')
})
