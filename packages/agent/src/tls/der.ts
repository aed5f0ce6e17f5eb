/** Encodes ASN.1 values by the Distinguished Encoding Rules (X.690), as far as certificates need them. */
function tagged(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const hex = body.length.toString(16)
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body])
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return tagged(0x06, Buffer.from(bytes))
}

/** UTCTime has two digits of year, so RFC 5280 asks for the other from 2050 on. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '')
  return date.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits))
}

/** A number that is not negative, most significant byte first. */
function integer(bytes: Uint8Array): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1
  const magnitude = bytes.subarray(start)
  const sign = (magnitude[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0)
  return tagged(0x02, sign, magnitude)
}

export const der = {
  sequence: (...content: readonly Uint8Array[]) => tagged(0x30, ...content),
  set: (...content: readonly Uint8Array[]) => tagged(0x31, ...content),
  integer,
  oid,
  time,
  true: Buffer.from([0x01, 0x01, 0xff]),
  utf8: (text: string) => tagged(0x0c, Buffer.from(text)),
  octets: (bytes: Uint8Array) => tagged(0x04, bytes),
  bits: (bytes: Uint8Array, unused = 0) => tagged(0x03, Buffer.from([unused]), bytes),
  /** `[n]` around other values. */
  explicit: (n: number, content: Uint8Array) => tagged(0xa0 | n, content),
  /** `[n]` in place of the tag of a value that has no parts. */
  implicit: (n: number, content: Uint8Array) => tagged(0x80 | n, content),
}
