import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readPending, signalName, writePending } from './recovery-file.ts'

const pending = {
  format: 1 as const,
  until: { type: 'time' as const, at: '2026-01-02T03:04:05.006Z' },
  toTheEnd: false,
  timeline: 3,
}

test('a recovery goes on to its point though its server was killed after it had removed the signal', async (t) => {
  const directory = await dataDirectory(t, 3)
  assert.deepEqual(await readPending(directory, null), pending)
  assert.ok((await readdir(directory)).includes(signalName))
})

test('a recovery that has led to a timeline of its own is over', async (t) => {
  const directory = await dataDirectory(t, 4)
  assert.equal(await readPending(directory, null), null)
  assert.ok(!(await readdir(directory)).includes(signalName))
})

/** As a server leaves it that was to replay changes of timeline 3, without the signal. */
async function dataDirectory(t: TestContext, timeline: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'croft-recovery-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'global'))
  const control = Buffer.alloc(8192)
  control.writeUInt32LE(1800, 8)
  control.writeUInt32LE(timeline, 48)
  await writeFile(join(directory, 'global', 'pg_control'), control)
  await writePending(directory, pending, null)
  return directory
}
