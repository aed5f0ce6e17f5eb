/** What one should know of a database before it is too late. */
export interface Warning {
  readonly code:
    | 'archive-lagging'
    | 'archive-off'
    | 'backup-failed'
    | 'verification-failed'
    | 'corrupted'
    | 'backup-target-failing'
    | 'host-fault'
    | 'port-taken'
    | 'settings-refused'
    | 'storage-full'
  /** A sentence or two: what is wrong, and what it means. */
  readonly message: string
}

/** What is known of a database's server, archive and backups. */
export interface Facts {
  /** Also true where an engine has nothing to archive: that is nothing to be warned of. */
  readonly archived: boolean
  /** Its current chain. */
  readonly archive: {
    readonly state: string
    readonly archivedAt: Date
    readonly lagBytes: number
    readonly reason: string | null
  } | null
  /** The last backup that has ended. */
  readonly lastBackup: { readonly failed: boolean; readonly at: Date; readonly error: string | null } | null
  /** The newest backup whose verification has ended. */
  readonly lastVerified: {
    readonly passed: boolean
    readonly madeAt: Date
    readonly error: string | null
  } | null
  /** What its agent meets with it at this time. */
  readonly fault: { readonly code: string; readonly message: string } | null
  /** Whether its server refuses writes, for its data takes all the storage it may have. */
  readonly storageFull: boolean
  /** The last page that its server found damaged, unless it was restored, or a sound backup was made, since. */
  readonly corruptedAt: Date | null
  readonly target: {
    readonly name: string
    readonly failing: boolean
    readonly message: string | null
  } | null
}

/** Worst first. `reserveMb` is how much of what waits for the archive a host keeps. */
export function warningsOf(facts: Facts, { now, reserveMb }: { now: Date; reserveMb: number }): Warning[] {
  const { archive, lastBackup, lastVerified, corruptedAt, fault, target } = facts
  const warnings: Warning[] = []
  const warn = (code: Warning['code'], message: string): void => void warnings.push({ code, message })
  if (corruptedAt !== null) {
    const found = `Its server found damaged data at ${corruptedAt.toISOString()}.`
    warn('corrupted', `${found} Restore it to a moment before that; into a new database, to compare the two.`)
  }
  if (facts.storageFull) {
    const done = 'Its server refuses writes, because its data takes all the storage it may have.'
    warn(
      'storage-full',
      `${done} Give it more, or delete some in a transaction that is to write nevertheless.`,
    )
  }
  if (fault?.code === 'port-taken' || fault?.code === 'settings-refused') warn(fault.code, fault.message)
  else if (fault) warn('host-fault', `Its host reports: ${fault.message}`)
  if (!facts.archived) {
    warn(
      'archive-off',
      'Its changes are not archived: it can be restored to its backups only, not to moments in between.',
    )
  } else if (archive?.state === 'lagging' || archive?.state === 'incomplete') {
    const reason = archive.reason === null ? '' : `: ${archive.reason.replace(/\.$/, '')}`
    const lag = `Its changes are not archived since ${archive.archivedAt.toISOString()}, ${lasting(now, archive.archivedAt)}${reason}.`
    const waiting = `${megabytes(archive.lagBytes)} of at most ${reserveMb} MB wait on its host`
    warn('archive-lagging', `${lag} ${waiting}; with the host they would be lost.`)
  }
  if (target?.failing) {
    warn(
      'backup-target-failing',
      `Its backup target ${target.name} fails: ${target.message ?? 'no reason was told.'}`,
    )
  }
  if (lastBackup?.failed) {
    const reason = lastBackup.error ?? 'no reason was told.'
    warn('backup-failed', `Its last backup, of ${lastBackup.at.toISOString()}, failed: ${reason}`)
  }
  if (lastVerified && !lastVerified.passed) {
    const reason = lastVerified.error ?? 'no reason was told.'
    warn(
      'verification-failed',
      `Its backup of ${lastVerified.madeAt.toISOString()} cannot be relied on: ${reason}`,
    )
  }
  return warnings
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_048_576)} MB`

function lasting(now: Date, since: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000))
  if (seconds < 120) return `for ${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `for ${minutes} minutes` : `for ${Math.round(minutes / 60)} hours`
}
