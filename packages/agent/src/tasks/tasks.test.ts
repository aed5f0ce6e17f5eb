import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { BackupResult, Task, TaskReport } from '@croft/protocol'
import { pino } from 'pino'
import { AgentFault } from '../fault.ts'
import { Later } from './later.ts'
import { createTaskFiles } from './task-file.ts'
import { createTasks } from './tasks.ts'

const RESULT: BackupResult = {
  key: 'i/b',
  engine: 'fake',
  version: '1',
  sizeBytes: 2,
  storedBytes: 1,
  startedAt: '',
  completedAt: '',
  mark: 'm',
  skipped: false,
}

function task(id: string): Task {
  return { id, kind: 'backup', instanceId: 'i', backupId: id, target: { type: 'directory', path: null } }
}

async function setUp(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'croft-tasks-'))
  t.after(() => rm(directory, { recursive: true }))
  const told: TaskReport[] = []
  const runs: string[] = []
  let ends: ((error?: Error) => void)[] = []
  const start = async () => {
    const tasks = createTasks({
      files: createTaskFiles(directory),
      log: pino({ level: 'silent' }),
      tell: (report) => told.push(report),
      run(task, _onProgress, signal) {
        runs.push(task.id)
        return new Promise((resolve, reject) => {
          ends.push((error) => (error ? reject(error) : resolve({ backup: RESULT })))
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      },
    })
    await tasks.load()
    return tasks
  }
  const until = async (condition: () => boolean) => {
    for (let tries = 0; !condition(); tries += 1) {
      assert.ok(tries < 1000, 'it never came to that')
      await delay(2)
    }
  }
  const end = (error?: Error) => {
    const waiting = ends
    ends = []
    for (const one of waiting) one(error)
  }
  return { directory, told, runs, start, until, end }
}

test('a task is done once however often it is asked, also after a restart', async (t) => {
  const { told, runs, start, until, end, directory } = await setUp(t)
  let tasks = await start()
  tasks.submit(task('one'))
  tasks.submit(task('one'))
  await until(() => runs.length > 0)
  end()
  await until(() => told.some(({ state }) => state === 'done'))
  await until(() => tasks.reports()[0]?.state === 'done')
  await tasks.close()
  tasks = await start()
  tasks.submit(task('one'))
  assert.deepEqual(told.at(-1), { id: 'one', state: 'done', backup: RESULT })
  assert.deepEqual(runs, ['one'])
  assert.deepEqual(await readdir(directory), ['one.json'])
  await tasks.close()
})

test('a failure is kept with its fault', async (t) => {
  const { told, runs, start, until, end } = await setUp(t)
  const tasks = await start()
  tasks.submit(task('one'))
  await until(() => runs.length > 0)
  end(new AgentFault('disk-full', 'Full.'))
  await until(() => told.at(-1)?.state === 'failed')
  assert.deepEqual(tasks.reports(), [
    { id: 'one', state: 'failed', fault: { code: 'disk-full', message: 'Full.' } },
  ])
  await tasks.close()
})

test('two backups at a time; what a stop cuts short is no failure and goes on after the start', async (t) => {
  const { told, runs, start, until, end } = await setUp(t)
  let tasks = await start()
  for (const id of ['a', 'b', 'c']) tasks.submit(task(id))
  await until(() => runs.length === 2)
  await until(() => tasks.reports().length === 3)
  await delay(20)
  assert.equal(runs.length, 2)
  await tasks.close()
  assert.ok(told.every(({ state }) => state === 'running'))
  runs.length = 0
  tasks = await start()
  await until(() => runs.length === 2)
  end()
  await until(() => runs.length === 3)
  end()
  await until(() => tasks.reports().every(({ state }) => state === 'done'))
  await tasks.close()
})

test('a damaged record is as good as none', async (t) => {
  const { directory, runs, start, until, end } = await setUp(t)
  await writeFile(join(directory, 'one.json'), '{"task":')
  const tasks = await start()
  tasks.submit(task('one'))
  await until(() => runs.length === 1)
  end()
  await until(() => tasks.reports()[0]?.state === 'done')
  await tasks.close()
})

test('a hello tells of what goes on and of the last 100 that finished', async (t) => {
  const { directory, start, runs, until } = await setUp(t)
  const files = createTaskFiles(directory)
  const day = new Date().toISOString().slice(0, 10)
  for (let n = 0; n < 120; n += 1) {
    const id = `done-${n}`
    const finishedAt = `${day}T00:00:00.${String(n).padStart(3, '0')}Z`
    await files.write({ task: task(id), report: { id, state: 'done', backup: RESULT }, finishedAt })
  }
  const tasks = await start()
  tasks.submit(task('new'))
  await until(() => runs.length === 1)
  const ids = tasks.reports().map(({ id }) => id)
  assert.deepEqual([ids.length, ids[0], ids[1], ids.at(-1)], [101, 'new', 'done-20', 'done-119'])
  await tasks.close()
})

test('what is put off is told with its cause, tried again, and after a day it has failed', async (t) => {
  const { directory, told, runs, start, until, end } = await setUp(t)
  const away = new AgentFault('target-unreachable', 'Away.')
  const later = new Later({ code: away.code, message: away.message }, { cause: away })
  let tasks = await start()
  tasks.submit(task('one'))
  await until(() => runs.length === 1)
  end(later)
  await until(() => told.at(-1)?.fault !== undefined)
  assert.deepEqual(told.at(-1), { id: 'one', state: 'running', fault: { code: away.code, message: 'Away.' } })
  await tasks.close()
  const [kept] = await createTaskFiles(directory).readAll(assert.fail)
  assert.ok(kept?.triedSince)

  const yesterday = new Date(Date.now() - 25 * 3_600_000).toISOString()
  await createTaskFiles(directory).write({ ...kept, triedSince: yesterday })
  tasks = await start()
  await until(() => runs.length === 2)
  end(later)
  await until(() => told.at(-1)?.state === 'failed')
  assert.equal(told.at(-1)?.fault?.code, 'target-unreachable')
  await tasks.close()
})

test('a finished task is kept without keys and credentials', async (t) => {
  const { directory, runs, start, until, end } = await setUp(t)
  const tasks = await start()
  const secret = 'c2VjcmV0'.padEnd(43, 'A').concat('=')
  const target = {
    ...{ type: 's3' as const, endpoint: 'https://s3.example', region: 'r', bucket: 'b', prefix: '' },
    ...{ pathStyle: true, accessKeyId: 'id', secretAccessKey: 'hidden' },
  }
  tasks.submit({ id: 'one', kind: 'backup', instanceId: 'i', backupId: 'b', target, encryptionKey: secret })
  await until(() => runs.length === 1)
  const file = join(directory, 'one.json')
  assert.match(await readFile(file, 'utf8'), /hidden/)
  end()
  await until(() => tasks.reports()[0]?.state === 'done')
  await tasks.close()
  assert.doesNotMatch(await readFile(file, 'utf8'), /hidden|c2VjcmV0/)
  const again = await start()
  assert.equal(again.reports()[0]?.state, 'done')
  await again.close()
})
