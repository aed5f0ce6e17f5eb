import type { Parsed } from '../read-message.ts'
import { Refusal } from '../refusal.ts'
import { splitInline } from './split-inline.ts'

/** As Redis allows those who have not logged in (networking.c): arguments, and bytes of one. */
const MAX_ARGUMENTS = 10
const MAX_ARGUMENT_BYTES = 16_384
const MAX_LINE = 65_536

const CR_LF = '\r\n'
const ARRAY = 0x2a
const BULK = 0x24
const LINE_FEED = 0x0a

/**
 * Reads one command from what has arrived so far; undefined while it is not whole, and without arguments for an empty
 * one. Throws `Refusal` for what Redis would not take from a client that has not logged in.
 */
export function parseCommand(bytes: Buffer): Parsed<readonly Buffer[]> | undefined {
  if (bytes.length === 0) return undefined
  return bytes[0] === ARRAY ? parseArray(bytes) : parseInline(bytes)
}

/** The command as an array of bulk strings. */
export function encodeCommand(args: readonly (Buffer | string)[]): Buffer {
  const parts = args.flatMap((arg) => {
    const bytes = Buffer.from(arg)
    return [Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from(CR_LF)]
  })
  return Buffer.concat([Buffer.from(`*${args.length}\r\n`), ...parts])
}

function parseInline(bytes: Buffer): Parsed<readonly Buffer[]> | undefined {
  const end = bytes.indexOf(LINE_FEED)
  if (end < 0 ? bytes.length > MAX_LINE : end > MAX_LINE) throw fault('too big inline request')
  if (end < 0) return undefined
  const text = bytes.subarray(0, bytes[end - 1] === 0x0d ? end - 1 : end)
  const args = splitInline(text)
  if (!args) throw fault('unbalanced quotes in request')
  return { value: args, length: end + 1 }
}

function parseArray(bytes: Buffer): Parsed<readonly Buffer[]> | undefined {
  const count = numberAt(bytes, 1, 'invalid multibulk length')
  if (!count) return undefined
  if (count.value > MAX_ARGUMENTS) throw fault('unauthenticated multibulk length')
  const args: Buffer[] = []
  let at = count.next
  while (args.length < count.value) {
    const type = bytes[at]
    if (type === undefined) return undefined
    if (type !== BULK) throw fault(`expected '$', got '${String.fromCharCode(type)}'`)
    const size = numberAt(bytes, at + 1, 'invalid bulk length')
    if (!size) return undefined
    if (size.value < 0) throw fault('invalid bulk length')
    if (size.value > MAX_ARGUMENT_BYTES) throw fault('unauthenticated bulk length')
    const end = size.next + size.value
    if (bytes.length < end + 2) return undefined
    args.push(bytes.subarray(size.next, end))
    at = end + 2
  }
  return { value: args, length: at }
}

/** The number in a header line. */
function numberAt(bytes: Buffer, from: number, wrong: string): { value: number; next: number } | undefined {
  const end = bytes.indexOf(CR_LF, from)
  // The longest number that Redis takes has 20 characters.
  if (end < 0 && bytes.length - from <= 22) return undefined
  const text = bytes.toString('latin1', from, end < 0 ? bytes.length : end)
  if (!/^-?\d{1,10}$/.test(text)) throw fault(wrong)
  return { value: Number(text), next: end + 2 }
}

function fault(what: string): Refusal {
  return new Refusal('protocol-violation', `Protocol error: ${what}`)
}
