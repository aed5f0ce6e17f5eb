import type { Refusal } from '../refusal.ts'

/** As Redis itself answers an unknown user and a wrong password alike. */
const WRONG_PASSWORD = 'WRONGPASS invalid username-password pair or user is disabled.'

/** The error reply of a refusal. */
export function errorReply(refusal: Refusal): Buffer {
  const text = [textOf(refusal), refusal.hint].filter((part) => part !== undefined).join(' ')
  return Buffer.from(`-${text.replaceAll(/[\r\n]+/g, ' ')}\r\n`)
}

function textOf({ kind, message }: Refusal): string {
  if (kind === 'unknown-user') {
    return message === ''
      ? `${WRONG_PASSWORD} Here it takes the user name too: AUTH <user> <password>.`
      : WRONG_PASSWORD
  }
  if (kind === 'too-many-connections') return `ERR max number of clients reached: ${message}`
  if (kind === 'ended') return `ERR the connection is ended by an administrator: ${message}`
  return `ERR ${message}`
}
