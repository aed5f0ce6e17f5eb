import { ApiProblem } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import type { RecoveryWindow } from '../client/backup-resources.ts'
import { CliFault } from '../fault.ts'
import { sayMoment } from './recovery-choice.ts'

/** The spans of a window in the user's time zone, a line each. */
export function spanLines({ spans }: Pick<RecoveryWindow, 'spans'>): string[] {
  return spans.map(({ from, to }) => `${sayMoment(from)} to ${sayMoment(to)}`)
}

/** Does the work; when it asks for a moment outside of the window, the fault shows the window in the user's time zone. */
export async function withWindow<T>(
  api: Api,
  database: { readonly id: string; readonly name: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'point-outside-window') throw error
    const window = await api
      .get<RecoveryWindow>(`/databases/${database.id}/recovery-window`)
      .catch(() => null)
    const lines = window ? spanLines(window) : []
    if (lines.length === 0) throw error
    const hint = [
      `In this computer’s time zone, ${database.name} can be restored to any moment from`,
      ...lines.map((line) => `  ${line}`),
    ]
    throw new CliFault(error.message, { hint: hint.join('\n') })
  }
}
