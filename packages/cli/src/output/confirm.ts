import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'

/** Asks before something is lost. Where nobody can answer, `--yes` must have been given. */
export async function confirm(context: Context, question: string, yes: boolean): Promise<void> {
  if (yes) return
  if (!context.interactive) {
    throw new CliFault('This cannot be undone, and nobody can be asked here.', {
      hint: 'Say --yes to do it.',
      exitCode: 2,
    })
  }
  const prompts = await import('@clack/prompts')
  const answer = await prompts.confirm({ message: question, initialValue: false, output: context.err })
  if (answer !== true) throw new CliFault('Nothing was changed.')
}
