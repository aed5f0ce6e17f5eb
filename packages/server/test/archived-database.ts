import type { TestContext } from 'node:test'
import type { BackupResult, DesiredInstance, ObservedArchive, Task, TaskReport } from '@croft/protocol'
import { createPlatform, createTestPostgres } from './platform.ts'
import { serving, until } from './scripted-agent.ts'

/** A ready database whose archive began an hour ago with it, on a host whose agent the test plays. */
export async function createArchivedDatabase(t: TestContext, settings: Record<string, string> = {}) {
  const platform = await createPlatform(t, settings)
  const agent = await platform.agent()
  const made = await createTestPostgres(platform)
  const { db, domain, system } = platform
  const wanted = (epoch = 1, instanceId = made.instanceId): Promise<DesiredInstance> =>
    until(() => {
      const wish = agent.wanted.get(instanceId)
      return wish?.epoch === epoch ? wish : undefined
    })
  const began = new Date(Date.now() - 3_600_000)
  await db
    .updateTable('databases')
    .set({ state: 'ready', ready_at: began })
    .where('id', '=', made.id)
    .execute()

  /** Reports how far its changes are archived; an hour long and up to date unless said otherwise. */
  async function archive(changes: Partial<ObservedArchive> = {}): Promise<ObservedArchive> {
    const told: ObservedArchive = {
      chain: 'c1',
      epoch: 1,
      startedAt: began.toISOString(),
      startLsn: '0/1000000',
      baseKey: 'templates/7',
      state: 'streaming',
      archivedAt: new Date().toISOString(),
      lagBytes: 0,
      ...changes,
    }
    const wish = await until(() => agent.wanted.get(made.instanceId))
    await agent.report({ observed: [{ ...serving(wish), archive: told }] })
    return told
  }

  /** Waits until the agent is asked for this. */
  const asked = <Kind extends Task['kind']>(
    kind: Kind,
    which: (task: Extract<Task, { kind: Kind }>) => boolean = () => true,
  ) =>
    until(() =>
      [...agent.asked.values()].find(
        (task): task is Extract<Task, { kind: Kind }> =>
          task.kind === kind && which(task as Extract<Task, { kind: Kind }>),
      ),
    )
  const report = (task: Pick<Task, 'id'>, result: Omit<TaskReport, 'id'>) =>
    agent.report({ tasks: [{ id: task.id, ...result }] })

  /** Makes a backup that its archive goes on from; consistent at this moment unless said otherwise. */
  async function backUp(changes: Partial<BackupResult> = {}): Promise<string> {
    const { id: backupId } = await domain.backups.startBackup(system, made.id)
    const task = await asked('backup', (each) => each.backupId === backupId)
    const at = new Date().toISOString()
    const backup: BackupResult = {
      ...{ key: `${made.instanceId}/${backupId}`, engine: 'postgres', version: '18', mark: backupId },
      ...{ sizeBytes: 10, storedBytes: 5, startedAt: at, completedAt: at, skipped: false },
      ...{ kind: 'full', chain: 'c1', startLsn: '0/2000000', consistentAt: at },
      ...changes,
    }
    await report(task, { state: 'done', backup })
    return backupId
  }

  await wanted()
  return { ...made, platform, agent, began, wanted, archive, asked, report, backUp }
}
export type ArchivedDatabase = Awaited<ReturnType<typeof createArchivedDatabase>>
