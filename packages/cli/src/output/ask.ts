import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'

/** Asks for a line of text. Where nobody can answer, it must have been given as `otherwise` says. */
export async function askText(context: Context, question: string, otherwise: string): Promise<string> {
  return ask(context, question, otherwise, false)
}

/** As `askText`; what is typed is not shown. */
export async function askSecret(context: Context, question: string, otherwise: string): Promise<string> {
  return ask(context, question, otherwise, true)
}

async function ask(context: Context, message: string, otherwise: string, hidden: boolean): Promise<string> {
  if (!context.interactive)
    throw new CliFault(`${message}? Nobody can be asked here.`, { hint: otherwise, exitCode: 2 })
  const prompts = await import('@clack/prompts')
  const answer = await (hidden ? prompts.password : prompts.text)({ message, output: context.err })
  if (typeof answer !== 'string' || answer === '') throw new CliFault('Nothing was changed.')
  return answer
}
