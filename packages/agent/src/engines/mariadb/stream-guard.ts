import { Transform } from 'node:stream'
import { corruptCopy } from '../corrupt-copy.ts'

const magic = Buffer.from('XBSTCK01')
/** Magic, flags, type, and the path's length, as mariadb-backup writes before each piece. */
const headBytes = magic.length + 1 + 1 + 4
const pathLimit = 512
/** Length, offset and checksum of a piece of content. */
const contentBytes = 8 + 8 + 4
const seekBytes = 8

type Piece = 'P' | 'E' | 'S' | 'R' | 'D'
const pieces: readonly string[] = ['P', 'E', 'S', 'R', 'D'] satisfies Piece[]

/**
 * Lets a stream of mariadb-backup through to the program that unpacks it, if all its files lie in the directory they
 * are unpacked to, which the program does not check, and if it ends where a file ends. Checksums it checks
 * itself. Fails with `backup-corrupt` before anything wrong is passed on.
 */
export function createStreamGuard(): Transform {
  const parser = createParser()
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        parser.read(chunk)
        done(null, chunk)
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
    flush(done) {
      done(parser.isComplete() ? null : corruptCopy('it is not complete'))
    },
  })
}

interface Parser {
  read(chunk: Buffer): void
  isComplete(): boolean
}

function createParser(): Parser {
  const open = new Set<string>()
  let skip = 0n
  let rest: Buffer = Buffer.alloc(0)
  let begun = false

  /** Bytes of the header that `rest` begins with, and of content after it; undefined while there is too little. */
  const take = (): number | undefined => {
    if (rest.length < headBytes) return undefined
    if (!rest.subarray(0, magic.length).equals(magic)) throw corruptCopy('it is no stream of mariadb-backup')
    const type = rest.toString('latin1', magic.length + 1, magic.length + 2)
    if (!pieces.includes(type)) throw corruptCopy(`it has a piece of an unknown kind`)
    const path = readPath(headBytes - 4)
    if (path === undefined) return undefined
    const end = headBytes + path.length
    if (type === 'E' || type === 'D') {
      open.delete(path)
      return end
    }
    if (type === 'R') {
      const other = readPath(end)
      return other === undefined ? undefined : end + 4 + other.length
    }
    const size = type === 'P' ? contentBytes : seekBytes
    if (rest.length < end + size) return undefined
    open.add(path)
    if (type === 'P') skip = rest.readBigUInt64LE(end)
    return end + size
  }
  const readPath = (at: number): string | undefined => {
    if (rest.length < at + 4) return undefined
    const length = rest.readUInt32LE(at)
    if (length > pathLimit) throw corruptCopy('a path in it is too long')
    if (rest.length < at + 4 + length) return undefined
    const path = rest.subarray(at + 4, at + 4 + length)
    if (!isInside(path)) throw corruptCopy('a file in it lies outside of it')
    return path.toString('latin1')
  }
  return {
    read(chunk) {
      let at = 0
      while (at < chunk.length) {
        const skipped = skip < BigInt(chunk.length - at) ? Number(skip) : chunk.length - at
        skip -= BigInt(skipped)
        at += skipped
        if (at === chunk.length) return
        // Headers are short, and few beside their content.
        const known = rest.length
        const needed = chunk.subarray(at, at + headBytes + 2 * (4 + pathLimit) + contentBytes - known)
        rest = Buffer.concat([rest, needed])
        const taken = take()
        if (taken === undefined) {
          at += needed.length
          continue
        }
        at += taken - known
        rest = Buffer.alloc(0)
        begun = true
      }
    },
    isComplete: () => begun && skip === 0n && rest.length === 0 && open.size === 0,
  }
}

function isInside(path: Buffer): boolean {
  const text = path.toString('latin1')
  if (text === '' || text.startsWith('/') || text.includes('\0')) return false
  return !text.split('/').includes('..')
}
