import type { Credential, Database } from '../../domain/databases/index.ts'
import type { Safety } from '../../domain/recovery/index.ts'
import type { CredentialBody, DatabaseBody } from './schemas/database.ts'

/** Settings are an object of their own, which may be changed. */
function presentOverrides({ settings, ...limits }: Database['overrides']): DatabaseBody['overrides'] {
  return { ...limits, ...(settings ? { settings: { ...settings } } : {}) }
}

export function presentDatabase(database: Database, safety: Safety | undefined): DatabaseBody {
  const recovery = safety?.recovery ?? null
  return {
    id: database.id,
    name: database.name,
    state: database.state,
    stateMessage: database.stateMessage,
    power: database.power,
    engine: database.engine,
    databaseName: database.databaseName,
    version: database.version,
    size: database.size,
    region: database.region,
    projectId: database.project.id,
    isDefault: database.isDefault,
    source: database.source,
    idleTimeoutSeconds: database.idleTimeoutSeconds,
    backupRetentionDays: database.backupRetentionDays,
    connectionLimit: database.connectionLimit,
    overrides: presentOverrides(database.overrides),
    tlsRequired: database.tlsRequired,
    target: database.target,
    recovery: recovery && {
      earliest: recovery.earliest.toISOString(),
      latest: recovery.latest.toISOString(),
    },
    warnings: (safety?.warnings ?? []).map((warning) => ({ ...warning })),
    progress: database.progress,
    host: database.address?.host ?? null,
    port: database.address?.port ?? null,
    ownPort: database.ownPort,
    quarantinedAt: database.quarantinedAt?.toISOString() ?? null,
    createdAt: database.createdAt.toISOString(),
  }
}

export function presentCredential(credential: Credential): CredentialBody {
  return {
    id: credential.id,
    name: credential.name,
    databaseId: credential.database.id,
    role: credential.roleName,
    chosen: credential.chosen,
    createdAt: credential.createdAt.toISOString(),
  }
}
