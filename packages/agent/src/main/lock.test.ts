import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Locked, takeLock } from './lock.ts'

async function makePath(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'croft-lock-'))
  t.after(() => rm(directory, { recursive: true }))
  return join(directory, 'lock')
}

test('a lock is held by one live process, and given back', async (t) => {
  const path = await makePath(t)
  const release = await takeLock(path)
  await assert.rejects(takeLock(path), (error) => {
    assert.ok(error instanceof Locked)
    assert.match(error.message, new RegExp(`pid ${process.pid}`))
    return true
  })
  await release()
  await (await takeLock(path))()
  assert.deepEqual(await readdir(join(path, '..')), [])
})

test('a lock of a dead process, of a reused pid, or damaged is taken over', async (t) => {
  const path = await makePath(t)
  for (const left of ['4194303 12345\n', `${process.pid} 1\n`, '', 'x']) {
    await writeFile(path, left)
    await (await takeLock(path))()
  }
})
