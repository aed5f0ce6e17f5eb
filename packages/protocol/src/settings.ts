import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

const port = (fallback: number | undefined, description: string) =>
  Type.Integer({
    minimum: 0,
    maximum: 65535,
    ...(fallback === undefined ? {} : { default: fallback }),
    description,
  })

/**
 * Every setting of every process, by the name of its environment variable. `croft start --data-dir x` is
 * `CROFT_DATA_DIR=x`. It lives in this package because the launcher checks for all processes at once.
 */
export const Settings = Type.Object({
  CROFT_DATA_DIR: Type.String({ default: './.croft', description: 'Where everything is kept.' }),
  CROFT_HOST: Type.String({
    default: '127.0.0.1',
    description: 'Address the API and the gateways listen on.',
  }),
  CROFT_PORT: port(7400, 'Port of the API; 0 picks a free one and bootstrap.json says which.'),
  CROFT_POSTGRES_PORT: port(7432, 'Port of the PostgreSQL gateway; 0 picks a free one.'),
  CROFT_MARIADB_PORT: port(7433, 'Port of the MariaDB gateway; 0 picks a free one.'),
  CROFT_REDIS_PORT: port(7434, 'Port of the Redis gateway; 0 picks a free one.'),
  CROFT_DATABASE_PORTS: Type.String({
    pattern: '^(0|[1-9]\\d{0,4}-[1-9]\\d{0,4})$',
    default: '7500-9499',
    description:
      'Ports for databases that have one of their own, first-last; 0 lets the system choose, and each keeps what it got.',
  }),
  CROFT_ENGINES_DIR: Type.Optional(
    Type.String({
      description:
        'Where engines are installed that did not come with Croft, when several data directories share them (default: in the data directory).',
    }),
  ),
  CROFT_AGENT_METRICS_PORT: Type.Optional(
    port(
      undefined,
      'Port where the agent serves its gateways’ figures for Prometheus at /metrics (default: it does not).',
    ),
  ),
  CROFT_PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]+$',
      description: 'Origin clients use, when a proxy stands before the API.',
    }),
  ),
  CROFT_GATEWAY_HOST: Type.Optional(
    Type.String({ description: 'Host name printed in connection strings, when it differs from CROFT_HOST.' }),
  ),
  CROFT_DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'An external PostgreSQL for the metadata (default: embedded).',
    }),
  ),
  CROFT_TLS_CERT: Type.Optional(
    Type.String({ description: 'PEM file of the gateways’ certificate chain (default: own CA).' }),
  ),
  CROFT_TLS_KEY: Type.Optional(Type.String({ description: 'PEM file of the key to CROFT_TLS_CERT.' })),
  CROFT_KEYS_FILE: Type.Optional(
    Type.String({ description: 'Key ring that seals secrets (default: <data dir>/keys.json).' }),
  ),
  CROFT_ADMIN_EMAIL: Type.String({
    default: 'admin@croft.localhost',
    pattern: '^[^@\\s]+@[^@\\s]+$',
    description: 'Login of the first administrator; used at the first start only.',
  }),
  CROFT_SMTP_URL: Type.Optional(
    Type.String({
      pattern: '^smtps?://',
      description:
        'Mail server for invitations and password resets, smtp://user:password@host:587 (default: links are shown to administrators).',
    }),
  ),
  CROFT_MAIL_FROM: Type.String({
    default: 'Croft <croft@localhost>',
    description: 'Sender of that mail.',
  }),
  CROFT_OIDC_ISSUER: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'OpenID Connect provider where users may log in besides (default: none).',
    }),
  ),
  CROFT_OIDC_CLIENT_ID: Type.Optional(
    Type.String({ description: 'What Croft is called at CROFT_OIDC_ISSUER.' }),
  ),
  CROFT_OIDC_CLIENT_SECRET: Type.Optional(Type.String({ description: 'Its secret there.' })),
  CROFT_EVENT_RETENTION_DAYS: Type.Integer({
    minimum: 1,
    default: 365,
    description: 'Events older than this are deleted, unless their workspace says otherwise.',
  }),
  CROFT_LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    default: 'info',
    description: 'Least severe line that is logged.',
  }),
  CROFT_RUN_AS: Type.Optional(
    Type.String({ description: 'System user that database servers run as when Croft is started as root.' }),
  ),
  CROFT_WARM_SERVERS: Type.Integer({
    minimum: 0,
    maximum: 64,
    default: 2,
    description: 'Started servers kept ready for the next databases.',
  }),
  CROFT_WARM_DIRECTORIES: Type.Integer({
    minimum: 0,
    maximum: 256,
    default: 6,
    description: 'Initialized data directories kept ready beyond those.',
  }),
  CROFT_IDLE_TIMEOUT_SECONDS: Type.Integer({
    minimum: 0,
    default: 300,
    description: 'A new database sleeps after so long without traffic; 0 is never.',
  }),
  CROFT_BACKUP_SCHEDULE: Type.String({
    default: '0 3 * * *',
    description: 'Cron expression (UTC) of the daily backup.',
  }),
  CROFT_BACKUP_RETENTION_DAYS: Type.Integer({
    minimum: 1,
    maximum: 3650,
    default: 7,
    description: 'How long a new database’s backups are kept.',
  }),
  CROFT_BACKUP_CONCURRENCY: Type.Integer({
    minimum: 1,
    maximum: 64,
    default: 2,
    description: 'Backups, and checks of backups, that run on one host at one time.',
  }),
  CROFT_BACKUP_ENCRYPTION: Type.Enum(['on', 'off'], {
    default: 'on',
    description: 'Whether a new database’s backups and archive are encrypted with a key of its own.',
  }),
  CROFT_WORKSPACE_BACKUP_TARGETS: Type.Enum(['on', 'off'], {
    default: 'off',
    description:
      'Whether workspaces may name their own backup targets; who can write to one can run code as the user of the database servers.',
  }),
  CROFT_PRIVATE_BACKUP_TARGETS: Type.Enum(['on', 'off'], {
    default: 'off',
    description:
      'Whether workspaces may name S3 endpoints at private addresses (10.0.0.0/8, localhost …); platform administrators always may.',
  }),
  CROFT_VERIFY_BACKUPS: Type.Enum(['on', 'off'], {
    default: 'on',
    description: 'Whether each backup is restored to a scratch server and checked once it is completed.',
  }),
  CROFT_DELETED_RETENTION_DAYS: Type.Integer({
    minimum: 0,
    maximum: 3650,
    default: 7,
    description: 'How long a deleted database can be brought back from its backups; 0 removes them at once.',
  }),
  CROFT_QUARANTINE_DAYS: Type.Integer({
    minimum: 1,
    maximum: 3650,
    default: 7,
    description: 'A database in quarantine is deleted after so many days, unless somebody brings it back.',
  }),
  CROFT_ARCHIVE_RESERVE_MB: Type.Integer({
    minimum: 64,
    default: 1024,
    description:
      'Disk each database may take for changes that its backup target does not accept; beyond it they are dropped from the archive.',
  }),
  CROFT_PROVISION_WAIT_MS: Type.Integer({
    minimum: 0,
    maximum: 25_000,
    default: 5000,
    description: 'How long a create call waits for `ready` before it answers `provisioning`.',
  }),
  CROFT_RATE_LIMIT: Type.Integer({
    minimum: 0,
    default: 6000,
    description: 'Requests a minute for one credential or address; 0 is no limit.',
  }),
  CROFT_BODY_LIMIT: Type.Integer({
    minimum: 1024,
    default: 1_048_576,
    description: 'Largest request body in bytes.',
  }),
  CROFT_CREATE_DB: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'off',
    description: 'Whether `npx create-db` may make temporary databases here without a login.',
  }),
  CROFT_COPILOT_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description:
        'Where a language model answers questions about databases, with the chat API of OpenAI: what comes before /chat/completions (default: answers that come with Croft).',
    }),
  ),
  CROFT_COPILOT_MODEL: Type.Optional(Type.String({ description: 'Name of that model.' })),
  CROFT_COPILOT_KEY: Type.Optional(
    Type.String({ description: 'Key for CROFT_COPILOT_URL, if it wants one.' }),
  ),
  CROFT_CHECK_RESPONSES: Type.Enum(['on', 'off'], {
    default: 'off',
    description:
      'Whether answers that their schema does not describe fail with 500; for tests and development.',
  }),
  CROFT_SERVER_URL: Type.Optional(
    Type.String({ pattern: '^(https?|wss?)://', description: 'API an agent joins (`croft agent`).' }),
  ),
  CROFT_AGENT_TOKEN: Type.Optional(Type.String({ description: 'Join token of an agent (`croft agent`).' })),
})
export type Settings = Static<typeof Settings>
export type SettingName = keyof Settings

/** A flag's name for a setting: `CROFT_DATA_DIR` is `--data-dir`. */
export function flagOf(name: string): string {
  return `--${name
    .replace(/^CROFT_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`
}

/** All settings that are wrong, each with what would be right. */
export class WrongSettings extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`wrong settings:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'WrongSettings'
    this.faults = faults
  }
}

const check = Compile(Settings)
const properties: Record<string, TSchema & { description?: string }> = Settings.properties

/** Parses an environment (values as strings). Throws `WrongSettings` with every fault at once. */
export function parseSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given: Record<string, unknown> = {}
  const faults: string[] = []
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('CROFT_') || value === undefined || value === '') continue
    const schema = properties[name]
    if (!schema) faults.push(`${name}: there is no such setting`)
    else
      given[name] =
        'type' in schema && schema.type === 'integer' && /^-?\d+$/.test(value) ? Number(value) : value
  }
  const settings = Value.Default(Settings, given)
  if (!check.Check(settings)) {
    for (const error of check.Errors(settings)) {
      const name = error.instancePath.slice(1)
      const schema = properties[name]
      if (schema) faults.push(`${name}=${String(given[name])}: ${error.message}. ${schema.description ?? ''}`)
    }
  }
  const parsed = settings as Settings
  if ((parsed.CROFT_TLS_CERT === undefined) !== (parsed.CROFT_TLS_KEY === undefined)) {
    faults.push('CROFT_TLS_CERT and CROFT_TLS_KEY go together: give both or neither')
  }
  const [firstPort = 0, lastPort = firstPort] = parsed.CROFT_DATABASE_PORTS?.split('-').map(Number) ?? []
  if (firstPort > lastPort || lastPort > 65_535) {
    faults.push('CROFT_DATABASE_PORTS: the first port is not after the last, and none is above 65535')
  }
  // Anybody can ask for a mail, with whatever Host header: its links must not come from there.
  if (parsed.CROFT_SMTP_URL !== undefined && parsed.CROFT_PUBLIC_URL === undefined) {
    faults.push('CROFT_SMTP_URL needs CROFT_PUBLIC_URL: the links in mail begin with it')
  }
  if ((parsed.CROFT_OIDC_ISSUER === undefined) !== (parsed.CROFT_OIDC_CLIENT_ID === undefined)) {
    faults.push('CROFT_OIDC_ISSUER and CROFT_OIDC_CLIENT_ID go together: give both or neither')
  }
  if ((parsed.CROFT_COPILOT_URL === undefined) !== (parsed.CROFT_COPILOT_MODEL === undefined)) {
    faults.push('CROFT_COPILOT_URL and CROFT_COPILOT_MODEL go together: give both or neither')
  }
  if (faults.length > 0) throw new WrongSettings([...new Set(faults)])
  return parsed
}
