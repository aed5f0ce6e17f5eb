import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'

const UNCHANGED = 'Nothing was changed.'

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
  if (answer !== true) throw new CliFault(UNCHANGED)
}

/** Asks for a name to be typed before what it names is replaced: more than a slip of the finger. */
export async function confirmName(
  context: Context,
  warning: string,
  name: string,
  yes: boolean,
): Promise<void> {
  if (yes) return
  if (!context.interactive) {
    throw new CliFault(`${warning} Nobody can be asked here whether that is wanted.`, {
      hint: 'Say --yes to do it.',
      exitCode: 2,
    })
  }
  const prompts = await import('@clack/prompts')
  const message = `${warning} Type its name to go on:`
  const answer = await prompts.text({ message, placeholder: name, output: context.err })
  if (typeof answer !== 'string') throw new CliFault(UNCHANGED)
  if (answer.trim() !== name) throw new CliFault(`"${answer}" is not its name. ${UNCHANGED}`)
}
