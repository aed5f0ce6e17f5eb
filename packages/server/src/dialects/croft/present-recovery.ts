import type { Backup, Restore } from '../../domain/backups/index.ts'
import type { RecoveryWindow, ShownPoint } from '../../domain/recovery/index.ts'
import type { BackupBody, RestoreBody } from './schemas/backup.ts'
import type { RecoveryWindowBody, RestorePointBody } from './schemas/recovery.ts'

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null

export function presentBackup(backup: Backup): BackupBody {
  const { verification } = backup
  return {
    id: backup.id,
    databaseId: backup.databaseId,
    trigger: backup.trigger,
    state: backup.state,
    kind: backup.kind,
    parentId: backup.parentId,
    engine: backup.engine,
    version: backup.version,
    sizeBytes: backup.sizeBytes,
    storedBytes: backup.storedBytes,
    encrypted: backup.encrypted,
    chain: backup.chain,
    consistentAt: iso(backup.consistentAt),
    verification: {
      state: verification.state,
      verifiedAt: iso(verification.verifiedAt),
      durationMs: verification.durationMs === null ? null : Math.round(verification.durationMs),
      sizeBytes: verification.sizeBytes === null ? null : Math.round(verification.sizeBytes),
      relations: verification.relations === null ? null : Math.round(verification.relations),
      error: verification.error,
    },
    restorable: backup.restorable,
    error: backup.error,
    progress: backup.progress,
    createdAt: backup.createdAt.toISOString(),
    completedAt: iso(backup.completedAt),
  }
}

export function presentRestore(restore: Restore): RestoreBody {
  return {
    id: restore.id,
    databaseId: restore.databaseId,
    backupId: restore.backupId,
    until: restore.until,
    state: restore.state,
    error: restore.error,
    createdAt: restore.createdAt.toISOString(),
    finishedAt: iso(restore.finishedAt),
  }
}

export function presentWindow({ bounds, spans, archive, retentionDays }: RecoveryWindow): RecoveryWindowBody {
  return {
    earliest: iso(bounds?.earliest ?? null),
    latest: iso(bounds?.latest ?? null),
    spans: spans.map(({ chain, from, to }) => ({ chain, from: from.toISOString(), to: to.toISOString() })),
    archive: archive && {
      ...archive,
      archivedAt: archive.archivedAt.toISOString(),
      since: archive.since.toISOString(),
    },
    retentionDays,
  }
}

export function presentPoint(point: ShownPoint): RestorePointBody {
  return {
    id: point.id,
    databaseId: point.databaseId,
    name: point.name,
    state: point.state,
    at: iso(point.at),
    lsn: point.lsn,
    chain: point.chain,
    restorable: point.restorable,
    error: point.error,
    createdAt: point.createdAt.toISOString(),
  }
}
