import type { TaskReport } from '@croft/protocol'

/** What a finished task is reported with; nothing for most kinds. */
export type TaskOutcome = Pick<TaskReport, 'backup' | 'verification' | 'restoreMark'>
