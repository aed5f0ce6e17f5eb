import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, realpath, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { AgentFault } from '../fault.ts'
import { asUser, findRunAs } from './run-as.ts'
import { storageRoot } from './storage-root.ts'

const runAs = await findRunAs(undefined)

/** A directory as root's home is: nobody else may enter it. With a space, as a user's own may have. */
async function places(t: TestContext) {
  const top = await realpath(await mkdtemp(join(tmpdir(), 'croft-')))
  await chmod(top, 0o711)
  t.after(() => rm(top, { recursive: true, force: true }))
  const home = join(top, 'the home')
  await mkdir(home)
  await chmod(home, 0o700)
  return { top, home, fallback: join(top, 'var', 'croft') }
}

/** What the run-as user finds there, by the system's own judgement. */
async function canEnter(directory: string): Promise<boolean> {
  return promisify(execFile)('/bin/ls', ['-d', `${directory}/.`], { cwd: '/', ...asUser(runAs) }).then(
    () => true,
    () => false,
  )
}

test('database files stay in the data directory when the servers’ user can reach it', async (t) => {
  const { top, fallback } = await places(t)
  const dataDirectory = join(top, 'data here')
  const root = await storageRoot({ dataDirectory, runAs, fallback })
  assert.equal(root, join(dataDirectory, 'postgres'))
  assert.ok(await canEnter(root))
  assert.equal((await stat(root)).mode & 0o777, runAs ? 0o711 : 0o700)
  assert.equal(await storageRoot({ dataDirectory, runAs, fallback }), root)
})

test('below a private home they go elsewhere, and stay there', async (t) => {
  const { home, fallback } = await places(t)
  const dataDirectory = join(home, 'data')
  const root = await storageRoot({ dataDirectory, runAs, fallback })
  assert.ok(await canEnter(root))
  if (!runAs) return assert.equal(root, join(dataDirectory, 'postgres'))
  assert.equal(await canEnter(dataDirectory), false)
  assert.ok(root.startsWith(`${fallback}/`))
  await chmod(home, 0o755)
  assert.equal(
    await storageRoot({ dataDirectory, runAs, fallback }),
    root,
    'a later permission moves nothing',
  )
})

test('a moved data directory takes its storage along; a copied one is refused', async (t) => {
  const { home, fallback } = await places(t)
  const [dataDirectory, moved] = [join(home, 'data'), join(home, 'moved')]
  const root = await storageRoot({ dataDirectory, runAs, fallback })
  await rename(dataDirectory, moved)
  const after = await storageRoot({ dataDirectory: moved, runAs, fallback })
  if (!runAs) return assert.equal(after, join(moved, 'postgres'))
  assert.equal(after, root)
  await cp(moved, dataDirectory, { recursive: true })
  await assert.rejects(storageRoot({ dataDirectory, runAs, fallback }), /is a copy of/)
})

test('files that can no longer be reached are not taken for gone', async (t) => {
  const { home, fallback } = await places(t)
  const dataDirectory = join(home, 'data')
  await chmod(home, 0o711)
  const root = await storageRoot({ dataDirectory, runAs, fallback })
  await mkdir(join(root, 'data'))
  await chmod(home, 0o700)
  const again = storageRoot({ dataDirectory, runAs, fallback })
  if (!runAs) return assert.equal(await again, root)
  await assert.rejects(again, (error) => error instanceof AgentFault && /chmod o\+x/.test(error.message))
})
