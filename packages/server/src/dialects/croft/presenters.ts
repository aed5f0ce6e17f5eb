import type { Backup } from '../../domain/backups/index.ts'
import type { Credential, Database } from '../../domain/databases/index.ts'
import type { BackupBody, CredentialBody, DatabaseBody } from './schemas/database.ts'

export function presentDatabase(database: Database): DatabaseBody {
  return {
    id: database.id,
    name: database.name,
    state: database.state,
    stateMessage: database.stateMessage,
    power: database.power,
    engine: database.engine,
    version: database.version,
    size: database.size,
    region: database.region,
    projectId: database.project.id,
    isDefault: database.isDefault,
    source: database.source,
    idleTimeoutSeconds: database.idleTimeoutSeconds,
    backupRetentionDays: database.backupRetentionDays,
    connectionLimit: database.connectionLimit,
    target: database.target,
    host: database.address?.host ?? null,
    port: database.address?.port ?? null,
    createdAt: database.createdAt.toISOString(),
  }
}

export function presentCredential(credential: Credential): CredentialBody {
  return {
    id: credential.id,
    name: credential.name,
    databaseId: credential.database.id,
    role: credential.roleName,
    createdAt: credential.createdAt.toISOString(),
  }
}

export function presentBackup(backup: Backup): BackupBody {
  return {
    id: backup.id,
    databaseId: backup.databaseId,
    trigger: backup.trigger,
    state: backup.state,
    engine: backup.engine,
    version: backup.version,
    sizeBytes: backup.sizeBytes,
    storedBytes: backup.storedBytes,
    error: backup.error,
    progress: backup.progress,
    createdAt: backup.createdAt.toISOString(),
    completedAt: backup.completedAt?.toISOString() ?? null,
  }
}
