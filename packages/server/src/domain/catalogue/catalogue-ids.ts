import { createHash } from 'node:crypto'

const digestOf = (name: string): string => createHash('sha256').update(`croft:${name}`).digest('hex')

/**
 * The id of something that has the same name in every installation: the first bits of the name's SHA-256, as a UUID of
 * version 8, which is for ids that each may derive as they like (RFC 9562).
 */
function idOf(name: string): string {
  const hex = digestOf(name)
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** `line` is the engine's name, or the short name of a data service that has none. */
export const dataServiceIdOf = (shortName: string): string => idOf(`data-service:${shortName}`)
export const versionIdOf = (line: string, version: string): string => idOf(`version:${line}:${version}`)
export const imageIdOf = (line: string, version: string): string => idOf(`image:${line}:${version}`)
/** As the short id of a commit looks. */
export const buildOf = (line: string, version: string): string =>
  digestOf(`build:${line}:${version}`).slice(0, 7)
