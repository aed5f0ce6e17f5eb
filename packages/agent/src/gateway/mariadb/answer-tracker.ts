import type { PacketHead } from './packet-tracker.ts'

/** Follows which commands a server has still to answer. */
export interface AnswerTracker {
  command(head: PacketHead): void
  answer(head: PacketHead): void
  /** A command is not answered in full, or a transaction is open. */
  busy(): boolean
  /** Every command is answered. */
  settled(): boolean
  /** The client said that it goes. */
  quit(): boolean
}

const Command = {
  quit: 0x01,
  fieldList: 0x04,
  statistics: 0x09,
  changeUser: 0x11,
  prepare: 0x16,
  sendLongData: 0x18,
  closeStatement: 0x19,
  fetch: 0x1c,
} as const

const unanswered: readonly number[] = [Command.quit, Command.sendLongData, Command.closeStatement]
/** Their answers are rows from the first packet on. */
const rowsOnly: readonly number[] = [Command.fieldList, Command.fetch]

const Status = { inTransaction: 1, moreResults: 8, cursorExists: 0x40 } as const

const OK = 0x00
const LOCAL_INFILE = 0xfb
const EOF = 0xfe
const ERROR = 0xff
const FULL = 0xffffff

/** Where the answer to the oldest command stands. */
type Phase =
  | { readonly at: 'first' }
  /** So many packets, which say nothing here, come before the next phase. */
  | { readonly at: 'definitions'; readonly left: number; readonly next: 'rows' | 'end' }
  | { readonly at: 'rows' }

const FIRST: Phase = { at: 'first' }

/** `deprecateEof` is what the client said at its login: no EOF packet after definitions. */
export function createAnswerTracker(deprecateEof: boolean): AnswerTracker {
  const commands: number[] = []
  let phase: Phase = FIRST
  let inTransaction = false
  let hasQuit = false

  const end = () => {
    commands.shift()
    phase = rowsOnly.includes(commands[0] ?? -1) ? { at: 'rows' } : FIRST
  }

  const endWith = (status: number) => {
    inTransaction = (status & Status.inTransaction) !== 0
    if ((status & Status.moreResults) !== 0) phase = FIRST
    else end()
  }

  const first = ({ first: bytes, length }: PacketHead) => {
    const kind = bytes[0]
    const command = commands[0]
    if (command === Command.statistics) end()
    else if (command === Command.prepare) {
      const packets = kind === OK ? definitionsOf(bytes, deprecateEof) : 0
      if (packets === 0) end()
      else phase = { at: 'definitions', left: packets, next: 'end' }
    } else if (kind === OK) endWith(okStatus(bytes))
    // The client sends a file, or answers another scramble; then the server goes on.
    else if (kind === LOCAL_INFILE || (kind === EOF && command === Command.changeUser)) return
    else if (kind === EOF && length < 9) endWith(eofStatus(bytes))
    else phase = { at: 'definitions', left: lenenc(bytes, 0).value + (deprecateEof ? 0 : 1), next: 'rows' }
  }

  const definitions = (now: Phase & { at: 'definitions' }, { first: bytes }: PacketHead) => {
    if (now.left > 1) phase = { ...now, left: now.left - 1 }
    else if (now.next === 'end') end()
    // With a cursor, rows come when they are asked for.
    else if (!deprecateEof && (eofStatus(bytes) & Status.cursorExists) !== 0) endWith(eofStatus(bytes))
    else phase = { at: 'rows' }
  }

  return {
    command({ first: bytes, sequence }) {
      if (sequence !== 0) return
      const command = bytes[0] ?? 0
      hasQuit = command === Command.quit
      if (unanswered.includes(command)) return
      commands.push(command)
      if (commands.length === 1) phase = rowsOnly.includes(command) ? { at: 'rows' } : FIRST
    },
    answer(head) {
      if (commands.length === 0) return
      const kind = head.first[0]
      if (kind === ERROR) end()
      else if (phase.at === 'first') first(head)
      else if (phase.at === 'definitions') definitions(phase, head)
      else if (kind === EOF && head.length < (deprecateEof ? FULL : 9)) {
        endWith(deprecateEof ? okStatus(head.first) : eofStatus(head.first))
      }
    },
    busy: () => commands.length > 0 || inTransaction,
    settled: () => commands.length === 0,
    quit: () => hasQuit,
  }
}

/** Packets that follow a prepared statement's OK. */
function definitionsOf(bytes: Buffer, deprecateEof: boolean): number {
  if (bytes.length < 9) return 0
  const counts = [bytes.readUInt16LE(5), bytes.readUInt16LE(7)]
  return counts.reduce((sum, count) => sum + (count === 0 ? 0 : count + (deprecateEof ? 0 : 1)), 0)
}

function okStatus(bytes: Buffer): number {
  const { next } = lenenc(bytes, lenenc(bytes, 1).next)
  return bytes.length >= next + 2 ? bytes.readUInt16LE(next) : 0
}

function eofStatus(bytes: Buffer): number {
  return bytes.length >= 5 ? bytes.readUInt16LE(3) : 0
}

/** A length-encoded integer; those of 8 bytes are read up to 6, which no count reaches. */
function lenenc(bytes: Buffer, at: number): { value: number; next: number } {
  const kind = bytes[at] ?? 0
  const size = kind === 0xfc ? 2 : kind === 0xfd ? 3 : kind === 0xfe ? 8 : 0
  if (size === 0) return { value: kind, next: at + 1 }
  const end = at + 1 + size
  return { value: bytes.length < end ? 0 : bytes.readUIntLE(at + 1, Math.min(size, 6)), next: end }
}
