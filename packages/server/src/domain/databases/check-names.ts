import { CroftError } from '../../platform/errors/index.ts'
import type { EngineFacts } from '../engines/index.ts'

/** What needs escaping neither in a URL nor in any engine's statements. */
const FORM = /^[a-z0-9_]+$/

/** Throws `invalid-input` for a name that the engine cannot have, or keeps to itself. */
export function checkRole(engine: EngineFacts, name: string): void {
  check('/user', name, engine.maxRoleLength)
  if (engine.reservedRoles.test(name)) refuse('/user', `${name} is a reserved user name of ${engine.title}`)
}

/** Throws `invalid-input` for a name that the engine cannot have, or keeps to itself. */
export function checkDatabaseName(engine: EngineFacts, name: string): void {
  check('/databaseName', name, engine.maxDatabaseNameLength)
  if (engine.reservedDatabaseNames.has(name)) {
    refuse('/databaseName', `${name} is a reserved database name of ${engine.title}`)
  }
}

function check(path: string, name: string, maxLength: number): void {
  if (!FORM.test(name)) refuse(path, 'must be of the characters a to z, 0 to 9 and _')
  if (name.length > maxLength)
    refuse(path, `must have at most ${maxLength} characters (it has ${name.length})`)
}

function refuse(path: string, message: string): never {
  const name = path.slice(1)
  const says = message.startsWith('must')
    ? `The ${name === 'user' ? 'user name' : 'database name'} ${message}.`
    : `${message}.`
  throw new CroftError('invalid-input', says, { fields: [{ path, message }] })
}
