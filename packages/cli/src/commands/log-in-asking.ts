import type { Command } from 'commander'
import { ApiProblem, type Asked } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import { type LoginGiven, logIn } from '../client/log-in.ts'
import type { Context } from '../context.ts'
import { askSecret, askText } from '../output/ask.ts'
import { readPassword } from '../output/read-password.ts'

export interface PasswordOptions {
  readonly passwordStdin?: boolean
  readonly code?: string
}

export const addPasswordOptions = (command: Command): Command =>
  command
    .option('--password-stdin', 'read the password from standard input instead of asking')
    .option('--code <code>', 'of the authenticator app, or a recovery code (asked for otherwise)')

/** The API as a user whose password, and code if need be, is given or asked for. */
export async function logInAsking(
  context: Context,
  asked: Asked,
  email: string,
  { passwordStdin, code }: PasswordOptions,
): Promise<Api> {
  const given: LoginGiven = {
    email,
    password: passwordStdin
      ? await readPassword(process.stdin)
      : await askSecret(context, `Password of ${email}`, 'Give it on standard input with --password-stdin.'),
    ...(code === undefined ? {} : { code }),
  }
  try {
    return await logIn(asked, given)
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'second-factor-required') throw error
    const answer = await askText(
      context,
      'Code of the authenticator app, or a recovery code',
      'This account asks for one: give it with --code.',
    )
    return logIn(asked, { ...given, code: answer })
  }
}
