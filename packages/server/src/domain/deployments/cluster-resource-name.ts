import { randomInt } from 'node:crypto'
import type { Executor } from '../../platform/db/connect.ts'

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
const SUFFIX_LENGTH = 6
/** With the longest short name and suffix it fits a label of DNS, which is what such names become. */
export const LONGEST_NAME = 50

function suffix(): string {
  let text = ''
  for (let at = 0; at < SUFFIX_LENGTH; at++) text += ALPHABET[randomInt(ALPHABET.length)]
  return text
}

/** A name of any kind as part of one: of lower letters, digits and hyphens. */
function slugOf(name: string): string {
  const words =
    name
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join('-') ?? 'database'
  return words.slice(0, LONGEST_NAME).replace(/-$/, '')
}

/** `<short name of the data service>-<name>-<six characters>`: what others call the deployment on its target. */
export const newClusterResourceName = (shortName: string, name: string): string =>
  `${shortName}-${slugOf(name)}-${suffix()}`

/** One that no deployment has; of two made at this moment with the same six, the second fails. */
export async function freeClusterResourceName(
  executor: Executor,
  shortName: string,
  name: string,
): Promise<string> {
  for (;;) {
    const wanted = newClusterResourceName(shortName, name)
    const other = await executor
      .selectFrom('deployments')
      .select('id')
      .where('cluster_resource_name', '=', wanted)
      .executeTakeFirst()
    if (!other) return wanted
  }
}
