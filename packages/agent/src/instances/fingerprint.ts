import { createHash } from 'node:crypto'
import type { DesiredInstance, Resources } from '@croft/protocol'

function compareNames(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}

/** Equal when applying both would leave the same roles with the same rights. */
export function rolesFingerprint({
  roles,
  connectionLimit,
  databaseName,
}: Pick<DesiredInstance, 'roles' | 'connectionLimit' | 'databaseName'>): string {
  const sorted = roles.map(({ name, verifier }): [string, string] => [name, verifier]).sort(compareNames)
  return createHash('sha256')
    .update(JSON.stringify([connectionLimit, sorted, ...(databaseName === undefined ? [] : [databaseName])]))
    .digest('base64')
}

/** Equal when a server started with one serves as well for the other; what holds while it runs does not count. */
export function resourcesKey(resources: Resources): string {
  return JSON.stringify([
    resources.size,
    resources.memoryMb,
    Object.entries(resources.settings).sort(compareNames),
  ])
}
