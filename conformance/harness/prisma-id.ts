/** A Prisma id: the kind's prefix and the UUID in base 36, 25 characters; `db_03ha5p2qxx5gv5088p0kvsh4o`. */
export function prismaId(prefix: string, uuid: string): string {
  return `${prefix}_${BigInt(`0x${uuid.replaceAll('-', '')}`)
    .toString(36)
    .padStart(25, '0')}`
}

/** The UUID in a Prisma id. */
export function uuidOf(id: string): string {
  let value = 0n
  for (const digit of id.slice(id.indexOf('_') + 1)) value = value * 36n + BigInt(Number.parseInt(digit, 36))
  const hex = value.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
