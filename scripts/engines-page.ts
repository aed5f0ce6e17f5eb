import { Settings } from '@croft/protocol'
import pino from 'pino'
import type { PackageSet } from '../packages/agent/src/engines/debian/package-set.ts'
import type { Engine } from '../packages/agent/src/engines/engine.ts'
import { mariadbPackages } from '../packages/agent/src/engines/mariadb/programs.ts'
import { onDemand } from '../packages/agent/src/engines/postgres/versions.ts'
import { redisPackages } from '../packages/agent/src/engines/redis/programs.ts'
import { createEngines } from '../packages/agent/src/engines/registry.ts'
import { typeOf } from '../packages/server/src/dialects/dbaas/engine-types.ts'
import { ENGINES, type EngineFacts } from '../packages/server/src/domain/engines/index.ts'
import { rightsOf } from './engine-rights.ts'

interface Documented {
  readonly facts: EngineFacts
  readonly engine: Engine
}

/** Those whose programs are a system's packages. */
const PACKAGES = new Map<string, PackageSet>([mariadbPackages, redisPackages].map((set) => [set.name, set]))
/** Versions beside the default that come on demand. */
const MORE_VERSIONS: Readonly<Record<string, readonly string[]>> = { postgres: Object.keys(onDemand) }

function documented(): Documented[] {
  // Nothing is looked for on this machine: the page says the same wherever it is written.
  const onHost = createEngines({ storageRoot: '/nonexistent', runAs: null, log: pino({ level: 'silent' }) })
  return ENGINES.flatMap((facts) => {
    const engine = onHost.get(facts.name)
    return engine ? [{ facts, engine }] : []
  })
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no')
const code = (text: string): string => `\`${text}\``

function versions({ name }: EngineFacts, engine: Engine): string {
  const more = MORE_VERSIONS[name] ?? []
  const others = more.toSorted((a, b) => Number(b) - Number(a)).join(', ')
  return others === '' ? engine.defaultVersion : `${engine.defaultVersion}; on demand ${others}`
}

function programs({ name }: EngineFacts): string {
  const set = PACKAGES.get(name)
  if (!set) return 'of the npm registry; the default comes with Croft'
  const list = set.packages.map(code).join(', ')
  return `the system’s, else those of Debian’s packages ${list}: ${code(`croft engine install ${name}`)}`
}

function gatewayPort({ name }: EngineFacts): string {
  const setting = `CROFT_${name.toUpperCase()}_PORT`
  const schema = Object.entries(Settings.properties).find(([key]) => key === setting)?.[1]
  const usual = schema && 'default' in schema ? ` (${String(schema.default)})` : ''
  return `${code(setting)}${usual}`
}

/** Which settings of a size an engine reads to say what a database may hold; empty when nothing limits that. */
function limitingSettings({ sizeLimitBytes }: EngineFacts): string[] {
  const read = new Set<string>()
  const any = new Proxy<Record<string, string>>(
    {},
    {
      get(_target, name) {
        read.add(String(name))
        return '1048576'
      },
    },
  )
  return sizeLimitBytes(any) === null ? [] : [...read]
}

function holds(facts: EngineFacts): string {
  const settings = limitingSettings(facts)
  if (settings.length === 0) return 'nothing but the host’s disk; what it holds is measured'
  return `its server, by ${settings.map(code).join(', ')} of the size`
}

const ADDRESS = { host: 'HOST', port: 0 }

function connectionString(facts: EngineFacts, sslmode: 'disable' | 'require'): string {
  const login = { role: 'ROLE', password: 'PASSWORD', database: facts.usualDatabase }
  return code(
    facts.connectionString({ ...login, address: { ...ADDRESS, sslmode } }).replace('HOST:0', 'HOST:PORT'),
  )
}

function databaseNames(facts: EngineFacts): string {
  if (!facts.namesDatabases) return `always ${code(facts.usualDatabase)}`
  const reserved = [...facts.reservedDatabaseNames].sort().map(code).join(', ')
  return `up to ${facts.maxDatabaseNameLength} characters; not ${reserved}`
}

/** What a row of the table says, by its title. */
const ROWS: readonly (readonly [string, (each: Documented) => string])[] = [
  ['in Croft’s API and CLI', ({ facts }) => code(facts.name)],
  ['in the DBaaS API', ({ facts }) => code(typeOf(facts.name))],
  ['default version', ({ facts, engine }) => versions(facts, engine)],
  ['programs', ({ facts }) => programs(facts)],
  ['shared port', ({ facts }) => gatewayPort(facts)],
  ['clients speak', ({ facts }) => `${code(`${facts.scheme}://`)}`],
  ['database of who chose no name', ({ facts }) => code(facts.usualDatabase)],
  ['names of databases', ({ facts }) => databaseNames(facts)],
  ['names of logins', ({ facts }) => `up to ${facts.maxRoleLength} characters`],
  ['servers started ahead of a creation', ({ engine }) => yesNo(engine.capabilities.warmStart)],
  ['backups while it serves, copies', ({ engine }) => yesNo(engine.capabilities.physicalCopy)],
  ['backups of what has changed only', ({ engine }) => yesNo(engine.restoreIncrement !== undefined)],
  ['copies that share blocks of the disk', ({ engine }) => yesNo(engine.reflink !== undefined)],
  ['any moment can be restored, restore points', ({ facts }) => yesNo(facts.archived)],
  ['what it may hold is enforced by', ({ facts }) => holds(facts)],
]

function table(engines: readonly Documented[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(['', ...engines.map(({ facts }) => facts.title)]),
    row(['---', ...engines.map(() => '---')]),
    ...ROWS.map(([title, say]) => row([title, ...engines.map(say)])),
  ].join('\n')
}

async function rights({ facts }: Documented): Promise<string> {
  const statements = await rightsOf(facts.name)
  return `### ${facts.title}

${connectionString(facts, 'disable')}, or where TLS is asked for ${connectionString(facts, 'require')}.

\`\`\`text
${statements.join('\n')}
\`\`\``
}

/** `docs/reference/engines.md`: what engines there are and what each can do. */
export async function enginesPage(): Promise<string> {
  const engines = documented()
  for (const { facts, engine } of engines) {
    if (facts.archived !== engine.capabilities.archive)
      throw new Error(`Server and agent do not agree on whether ${facts.name} is archived.`)
  }
  const details = await Promise.all(engines.map(rights))
  return `<!-- Written by scripts/write-reference.ts from packages/agent/src/engines and packages/server/src/domain/engines. -->

# Engines

Each database has a server of its own, whatever its engine, on a socket that only the agent reaches; clients come through the agent's
gateways. \`croft engine list\` says what a host has, and [install engines](../how-to/install-engines.md) how it gets
more.

${table(engines)}

Databases of every engine sleep and wake, and take their memory and their limit of sessions from their
[size](../explanation/databases-and-sleep.md#sizes). One without an archive is restored from its backups, to the moments when those were
taken. Prisma's API knows PostgreSQL alone and shows databases of other engines nowhere.

[Connection strings](connection-strings.md) has the ways in: the shared port for logins with names that Croft made, and a port of the
database's own, out of \`CROFT_DATABASE_PORTS\`, for those whose names somebody chose.

## Logins and their rights

What the agent sends to a new server for a login, word for word. \`VERIFIER\` is what the engine stores of a password; the agent gets that
alone, never the password.

${details.join('\n\n')}
`
}
