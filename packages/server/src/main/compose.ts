import { join } from 'node:path'
import type { AgentEvent, Settings } from '@croft/protocol'
import type pg from 'pg'
import type { Logger } from 'pino'
import { createAccess, createPeople } from '../domain/access/index.ts'
import { createAccounts } from '../domain/accounts/index.ts'
import { createAliases } from '../domain/aliases/index.ts'
import { createBackupCredentials } from '../domain/backup-credentials/index.ts'
import { createBackupPlans } from '../domain/backup-plans/index.ts'
import { createBackupPolicies } from '../domain/backup-policies/index.ts'
import { createBackupTargets } from '../domain/backup-targets/index.ts'
import { createBackups, createTaskHandler } from '../domain/backups/index.ts'
import { createCatalogue } from '../domain/catalogue/index.ts'
import { createCopilot } from '../domain/copilot/index.ts'
import { createDatabases } from '../domain/databases/index.ts'
import { createDeploymentTargets } from '../domain/deployment-targets/index.ts'
import { createDeployments } from '../domain/deployments/index.ts'
import { createEngines } from '../domain/engines/index.ts'
import { createEnvironments } from '../domain/environments/index.ts'
import { createEvents } from '../domain/events/index.ts'
import { createKeys } from '../domain/keys/index.ts'
import { createPlans } from '../domain/plans/index.ts'
import { createProjects } from '../domain/projects/index.ts'
import { createRecovery } from '../domain/recovery/index.ts'
import { createTargets } from '../domain/targets/index.ts'
import { createTemplates } from '../domain/templates/index.ts'
import { createTenancy } from '../domain/tenancy/index.ts'
import { createUsage } from '../domain/usage/index.ts'
import type { Db } from '../platform/db/index.ts'
import { createMailer } from '../platform/mail/index.ts'
import { createProvider } from '../platform/oidc/index.ts'
import { createSealer, type KeyRing } from '../platform/secrets/index.ts'
import type { Signals } from '../platform/signals/index.ts'

export interface ComposeOptions {
  readonly settings: Settings
  readonly db: Db
  readonly pool: pg.Pool
  readonly signals: Signals
  readonly ring: KeyRing
  readonly log: Logger
  readonly onAgentEvent: (kind: AgentEvent['kind']) => void
}

/** Where the key ring lies. */
export function keyRingPath(settings: Settings): string {
  return settings.CROFT_KEYS_FILE ?? join(settings.CROFT_DATA_DIR, 'keys.json')
}

/** Null without a mail server. Links need an origin that no request can make up, which the settings check. */
function createMail({ CROFT_SMTP_URL: url, CROFT_MAIL_FROM: from, CROFT_PUBLIC_URL: origin }: Settings) {
  return url === undefined || origin === undefined ? null : { mailer: createMailer({ url, from }), origin }
}

/** Null unless people may log in at an OpenID Connect provider. */
function createLoginProvider(settings: Settings) {
  const { CROFT_OIDC_ISSUER: issuer, CROFT_OIDC_CLIENT_ID: clientId } = settings
  if (issuer === undefined || clientId === undefined) return null
  return createProvider({ issuer, clientId, clientSecret: settings.CROFT_OIDC_CLIENT_SECRET })
}

/** Null unless questions about databases go to a model. */
function createModel(settings: Settings) {
  const { CROFT_COPILOT_URL: url, CROFT_COPILOT_MODEL: name, CROFT_COPILOT_KEY: key } = settings
  return url === undefined || name === undefined ? null : { url, name, key }
}

/** Makes every domain module with what it names; the only place that does. */
export function compose({ settings, db, pool, signals, ring, log, onAgentEvent }: ComposeOptions) {
  const sealer = createSealer(ring)
  const access = createAccess({ db, pool, log, sealer })
  const largeTasksAtOnce = settings.CROFT_BACKUP_CONCURRENCY
  const onTask = createTaskHandler({ signals, verify: settings.CROFT_VERIFY_BACKUPS === 'on' })
  const defaults = {
    idleTimeoutSeconds: settings.CROFT_IDLE_TIMEOUT_SECONDS,
    backupRetentionDays: settings.CROFT_BACKUP_RETENTION_DAYS,
    backupEncryption: settings.CROFT_BACKUP_ENCRYPTION === 'on',
    deletedRetentionDays: settings.CROFT_DELETED_RETENTION_DAYS,
    quarantineDays: settings.CROFT_QUARANTINE_DAYS,
    provisionWaitMs: settings.CROFT_PROVISION_WAIT_MS,
  }
  const databaseDeps = { db, signals, sealer, defaults }
  const backupTargetDeps = {
    ...{ db, signals, sealer },
    workspacesMay: {
      nameTargets: settings.CROFT_WORKSPACE_BACKUP_TARGETS === 'on',
      namePrivate: settings.CROFT_PRIVATE_BACKUP_TARGETS === 'on',
    },
  }
  return {
    db,
    signals,
    ring,
    sealer,
    log,
    largeTasksAtOnce,
    defaults,
    backupSchedule: settings.CROFT_BACKUP_SCHEDULE,
    access,
    people: createPeople({
      db,
      sealer,
      log,
      mail: createMail(settings),
      provider: createLoginProvider(settings),
    }),
    accounts: createAccounts({ db, sealer }),
    copilot: createCopilot({ db, log, model: createModel(settings) }),
    aliases: createAliases({ db }),
    tenancy: createTenancy({ db }),
    deploymentTargets: createDeploymentTargets({ db }),
    deployments: createDeployments(databaseDeps),
    engines: createEngines({ db }),
    catalogue: createCatalogue({ db }),
    templates: createTemplates({ db }),
    plans: createPlans({ db }),
    environments: createEnvironments({ db }),
    databases: createDatabases(databaseDeps),
    projects: createProjects({ ...databaseDeps, recipientOf: access.authenticate }),
    backups: createBackups({ db, signals, sealer }),
    backupTargets: createBackupTargets(backupTargetDeps),
    backupCredentials: createBackupCredentials(backupTargetDeps),
    backupPolicies: createBackupPolicies({ db }),
    backupPlans: createBackupPlans(databaseDeps),
    recovery: createRecovery({ db, signals, reserveMb: settings.CROFT_ARCHIVE_RESERVE_MB }),
    usage: createUsage({ db }),
    events: createEvents({ db, signals, log, retentionDays: settings.CROFT_EVENT_RETENTION_DAYS }),
    keys: createKeys({ db, ring }),
    targets: createTargets({ db, signals, sealer, log, largeTasksAtOnce, onTask, onAgentEvent }),
  }
}
export type Domain = ReturnType<typeof compose>
