import { text } from 'node:stream/consumers'
import { CliFault } from '../fault.ts'

/** A password from standard input, without the line's end that `echo` and editors add. */
export async function readPassword(input: NodeJS.ReadableStream): Promise<string> {
  const password = (await text(input)).replace(/\r?\n$/, '')
  if (password === '') throw new CliFault('Standard input has no password.', { exitCode: 2 })
  return password
}
