import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { importFault, importsOf } from './import-faults.ts'
import { listSourceFiles, ROOT } from './source-files.ts'

/** Imports that break a rule for a reason, as `file specifier`. Keep it short; each wants a comment. */
const KNOWN_EXCEPTIONS: readonly string[] = [
  // How a clone's scripts and `npx croft` find the pinned Node; it must work before anything is installed.
  'packages/cli/bin/croft.mjs ../../../scripts/pinned-node.mjs',
]

const SERVER = 'packages/server/src'

test('imports point one way and stop at the doors', () => {
  const imports = listSourceFiles()
    .filter((file) => !file.startsWith('test/'))
    .flatMap((file) => importsOf(file, readFileSync(join(ROOT, file), 'utf8')))
  assert.ok(imports.length > 500, 'the search for imports finds too little')
  const exceptions = new Set(KNOWN_EXCEPTIONS)
  const faults = imports.flatMap((one) => {
    const known = exceptions.delete(`${one.file} ${one.specifier}`)
    const fault = importFault(one)
    return fault === null || known ? [] : [fault]
  })
  assert.deepEqual(faults, [])
  assert.deepEqual([...exceptions], [], 'exceptions that nothing needs any more')
})

for (const [file, specifier] of [
  [`${SERVER}/platform/db/connect.ts`, '../../domain/access/index.ts'],
  [`${SERVER}/domain/access/login.ts`, '../../dialects/dialect.ts'],
  [`${SERVER}/dialects/prisma/index.ts`, '../croft/index.ts'],
  [`${SERVER}/dialects/prisma/index.ts`, '../../main/compose.ts'],
  [`${SERVER}/dialects/prisma/index.ts`, '../../domain/access/login.ts'],
  [`${SERVER}/domain/backups/get-backup.ts`, '../access/principal.ts'],
  [`${SERVER}/domain/backups/get-backup.ts`, '../../../../agent/src/fault.ts'],
  [`${SERVER}/domain/backups/get-backup.ts`, '@croft/agent'],
  [`${SERVER}/domain/backups/get-backup.ts`, '@croft/protocol/src/settings.ts'],
  ['packages/cli/src/main.ts', '../../../scripts/install.mjs'],
  ['conformance/prisma/sdk.test.ts', '../../packages/server/src/main/server.ts'],
  ['conformance/prisma/sdk.test.ts', '@croft/protocol'],
] as const) {
  test(`${file} may not import ${specifier}`, () => {
    assert.notEqual(importFault({ file, specifier }), null)
  })
}

for (const [file, specifier] of [
  [`${SERVER}/main/compose.ts`, '../domain/access/index.ts'],
  [`${SERVER}/domain/backups/get-backup.ts`, '../access/index.ts'],
  [`${SERVER}/domain/backups/get-backup.ts`, '../page.ts'],
  [`${SERVER}/domain/backups/get-backup.ts`, '../../platform/db/connect.ts'],
  [`${SERVER}/dialects/home/index.ts`, '../page/html.ts'],
  [`${SERVER}/dialects/prisma/index.ts`, '../dialect.ts'],
  ['packages/agent/src/fault.ts', '@croft/protocol'],
] as const) {
  test(`${file} may import ${specifier}`, () => {
    assert.equal(importFault({ file, specifier }), null)
  })
}

test('imports are found however they are written', () => {
  const text = `import a, { b } from 'one'
import type { C } from "./two.ts"
import './three.ts'
export * from '../four.ts'
const five = await import('five')
import {
  six,
} from '../six.ts'`
  assert.deepEqual(
    importsOf('x.ts', text).map(({ specifier }) => specifier),
    ['one', './two.ts', './three.ts', '../four.ts', 'five', '../six.ts'],
  )
})
