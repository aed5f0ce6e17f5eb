import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { REPOSITORY } from './run.ts'

const METADATA = `
import { mkdirSync } from 'node:fs'
if (process.env.CROFT_TOKEN || process.env.CROFT_DATABASE_URL) process.exit(2)
process.on('SIGINT', () => process.exit())
process.on('SIGQUIT', () => process.exit(1))
console.log('starting')
console.log(JSON.stringify({ socket: '/tmp/some where' }))
setInterval(() => {}, 1000)
`

const SERVER = `
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
if (process.env.CROFT_ADMIN_EMAIL === 'broken@croft.test') {
  console.error(JSON.stringify({ level: 60, msg: 'the key ring is damaged' }))
  process.exit(1)
}
const path = process.env.CROFT_DATA_DIR + '/bootstrap.json'
const server = createServer((request, response) => response.end(process.env.CROFT_DATABASE_URL))
const end = () => { server.closeAllConnections(); server.close(); process.disconnect?.() }
process.on('SIGTERM', end)
process.on('disconnect', end)
server.listen(Number(process.env.CROFT_PORT), '127.0.0.1', () => {
  const url = 'http://127.0.0.1:' + server.address().port
  if (!existsSync(path)) writeFileSync(path, JSON.stringify({ url, adminEmail: 'a@b', adminPassword: 'pa55', serviceToken: 's', agentToken: 'join', workspaceId: 'w', projectId: 'p' }))
  process.send({ type: 'ready', url, bootstrap: path })
})
`

const AGENT = `
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
if (process.env.CROFT_AGENT_TOKEN !== 'join' || !process.env.CROFT_SERVER_URL || process.env.CROFT_DATABASE_URL) process.exit(2)
const database = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
writeFileSync(process.env.CROFT_DATA_DIR + '/instance.pid', String(database.pid))
const end = () => { database.kill(); database.on('exit', () => process.exit()) }
process.on('SIGTERM', end)
process.on('disconnect', end)
process.send({ type: 'ready', gateways: [{ engine: 'postgres', host: '127.0.0.1', port: 7432, sslmode: 'disable' }] })
`

const ENGINE = `
const [, , verb, engine, version] = process.argv
if (verb === 'list') console.log(JSON.stringify([{ engine: 'postgres', version: '18', installed: true }]))
else if (version === '17') console.log('installing ' + engine + ' ' + version + ' below ' + process.env.CROFT_DATA_DIR)
else { console.error('there is no ' + engine + ' ' + version); process.exit(1) }
`

/**
 * A clone of the repository whose CLI and scripts are the real ones, and whose other processes are tiny programs
 * that keep to the launcher's contract: what is tested is the launcher, with real processes.
 */
export function makeClone(directory: string): string {
  const clone = join(directory, 'a clone')
  const programs = { metadata: METADATA, agent: AGENT, engine: ENGINE }
  for (const path of ['scripts', 'packages/cli', 'package-lock.json', 'package.json'])
    cpSync(join(REPOSITORY, path), join(clone, path), {
      recursive: true,
      filter: (source) => !source.endsWith('.test.ts') && !source.includes('node_modules'),
    })
  symlinkSync(join(REPOSITORY, 'node_modules'), join(clone, 'node_modules'))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(clone, path)), { recursive: true })
    writeFileSync(join(clone, path), text)
  }
  for (const [name, text] of Object.entries(programs)) write(`packages/agent/src/main/${name}.ts`, text)
  write('packages/agent/package.json', '{"type":"module"}')
  write('packages/server/src/main/server.ts', SERVER)
  write('packages/server/package.json', '{"type":"module"}')
  return clone
}
