import type { Command } from 'commander'
import type { RecoveryWindow } from '../client/backup-resources.ts'
import { findDatabase } from '../client/find-database.ts'
import type { Database } from '../client/resources.ts'
import type { Context } from '../context.ts'
import { formatBytes, formatTime } from '../output/format.ts'
import type { Shown } from '../output/writer.ts'
import { spanLines } from './explain-window.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

function archive({ archive: state }: RecoveryWindow, { warnings }: Database): string {
  if (warnings?.some(({ code }) => code === 'archive-off')) return 'off'
  if (!state) return 'nothing yet'
  const behind = state.lagBytes > 0 ? `, ${formatBytes(state.lagBytes)} behind` : ''
  return `${state.state}${behind}${state.fault ? `: ${state.fault.message}` : ''}`
}

/** `2026-05-01 to 2026-05-03`, for when a database can be restored to any moment of it. */
export function sayWindow(window: Database['recovery']): string | null {
  return window ? `any moment from ${formatTime(window.earliest)} to ${formatTime(window.latest)}` : null
}

export function sayWarnings(warnings: Database['warnings']): string | null {
  return warnings?.map(({ message }) => message).join(' ') || null
}

const shown = (database: Database): Shown<RecoveryWindow> => ({
  key: ({ earliest, latest }) => `${earliest ?? '-'} ${latest ?? '-'}`,
  fields: [
    { title: 'Database', value: () => database.name },
    { title: 'Earliest', value: ({ earliest }) => formatTime(earliest) },
    { title: 'Latest', value: ({ latest }) => formatTime(latest) },
    { title: 'Without gaps', value: (window) => spanLines(window).join('; ') },
    { title: 'Archive', value: (window) => archive(window, database) },
    { title: 'Archived', value: (window) => formatTime(window.archive?.archivedAt) },
    { title: 'Kept', value: ({ retentionDays }) => `${retentionDays} days` },
    { title: 'Warnings', value: () => sayWarnings(database.warnings) },
  ],
})

/** `croft database window`. */
export function addWindowCommand(noun: Command, context: Context): void {
  addSessionOptions(
    noun
      .command('window <database>')
      .description(
        'Show to which moments a database can be restored. Quiet prints the earliest and the latest.',
      ),
  ).action(async (name: string, options: SessionOptions) => {
    const { api, writer } = openSession(context, options)
    const database = await findDatabase(api, name)
    const window = await api.get<RecoveryWindow>(`/databases/${database.id}/recovery-window`)
    writer.record(window, shown(database))
  })
}
