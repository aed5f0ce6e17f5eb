import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Answer, type Call, serveApi } from './api.ts'
import { cleanEnvironment, croft } from './run.ts'
import { temporaryDirectory } from './temporary.ts'

/** A running Croft as a directory's bootstrap.json tells of it. */
export async function local(t: TestContext, answer: (call: Call, key: string) => Answer | undefined) {
  const api = await serveApi(t, answer)
  const directory = temporaryDirectory(t)
  mkdirSync(join(directory, '.croft'))
  const bootstrap = { url: api.url, serviceToken: 'local-token', adminToken: 'admin-token', projectId: 'p1' }
  writeFileSync(join(directory, '.croft/bootstrap.json'), JSON.stringify(bootstrap))
  return {
    ...api,
    directory,
    croft: (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      croft(args, { cwd: directory, env: cleanEnvironment(env) }),
  }
}
