/** A position in a log of changes: PostgreSQL's 64 bits, written `high/low` in hexadecimal. */
export type Lsn = bigint

/** Throws a `TypeError` for text that is no position. */
export function parseLsn(text: string): Lsn {
  const [, high, low] = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text) ?? []
  if (high === undefined || low === undefined)
    throw new TypeError(`no position in a log: ${text.slice(0, 40)}`)
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}

export function formatLsn(lsn: Lsn): string {
  const hex = (part: bigint) => part.toString(16).toUpperCase()
  return `${hex(lsn >> 32n)}/${hex(lsn & 0xffff_ffffn)}`
}
