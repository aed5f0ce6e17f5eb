/** Tar as PostgreSQL writes it: ustar, names below 100 bytes, no prefix; of extensions, GNU's for files from 8 GB on. */
export interface TarHeader {
  readonly name: string
  readonly type: 'file' | 'directory'
  readonly size: number
}

/** A tar stream that is not what PostgreSQL writes, or is damaged. */
export class MalformedTar extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MalformedTar'
  }
}

export const blockSize = 512
/** Two blocks of zeros end an archive. */
export const trailerSize = 2 * blockSize

/** From here on a size is written in binary. */
const octalLimit = 8 ** 11
const binaryMark = 0x80

/** Bytes of zeros between the end of a file and the next header. */
export function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize
}

/** The header block of a plain file with mode 0600 and owner 0. */
export function encodeFileHeader(name: string, size: number): Buffer {
  if (!Number.isSafeInteger(size) || size < 0) throw new MalformedTar(`unfit size ${size}`)
  return encodeHeader(name, '0', '0000600', size)
}

/** The header block of a directory with mode 0700 and owner 0. */
export function encodeDirectoryHeader(name: string): Buffer {
  return encodeHeader(name, '5', '0000700', 0)
}

function encodeHeader(name: string, type: '0' | '5', mode: string, size: number): Buffer {
  const encodedName = Buffer.from(name)
  if (encodedName.length === 0 || encodedName.length > 99) throw new MalformedTar(`unfit name ${name}`)
  const block = Buffer.alloc(blockSize)
  block.set(encodedName)
  block.write(`${mode}\0`, 100, 'latin1')
  block.write('0000000\0', 108, 'latin1')
  block.write('0000000\0', 116, 'latin1')
  if (size < octalLimit) block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  else {
    block[124] = binaryMark
    block.writeBigUInt64BE(BigInt(size), 128)
  }
  block.write('00000000000\0', 136, 'latin1')
  block.write(type, 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** Reads one header block. Throws `MalformedTar`. */
export function decodeHeader(block: Buffer): TarHeader {
  if (writtenChecksum(block) !== checksum(block)) throw new MalformedTar('a header has a wrong checksum')
  if (block.toString('latin1', 257, 262) !== 'ustar') throw new MalformedTar('a header is not ustar')
  if (block[345] !== 0) throw new MalformedTar('a header has a name prefix')
  const nameEnd = block.indexOf(0)
  const name = block.toString('utf8', 0, nameEnd < 0 ? 100 : Math.min(nameEnd, 100))
  const size = block[124] === binaryMark ? binarySize(block) : octal(block, 124, 12)
  const type = String.fromCharCode(block[156] ?? 0)
  if (type === '0' || type === '\0') return { name: checkedName(name), type: 'file', size }
  if (type !== '5') throw new MalformedTar(`${name} is neither a file nor a directory`)
  if (size !== 0) throw new MalformedTar(`the directory ${name} has a size`)
  return { name: checkedName(name.replace(/^\.\//, '').replace(/\/$/, '')), type: 'directory', size }
}

/** The name again, when it stays below the directory that an archive is unpacked in. */
function checkedName(name: string): string {
  const steps = name.split('/')
  // U+FFFD: bytes that are not UTF-8 would come out as another name than the archive's.
  const unfit = steps.some((step) => step === '' || step === '.' || step === '..')
  if (unfit || /[\0\\\uFFFD]/.test(name)) throw new MalformedTar(`unfit name ${JSON.stringify(name)}`)
  return name
}

/** GNU's form of a size that eleven octal digits cannot say: bytes after a mark. */
function binarySize(block: Buffer): number {
  const size = block.readBigUInt64BE(128)
  const fits =
    block.readUIntBE(125, 3) === 0 && size >= BigInt(octalLimit) && size <= BigInt(Number.MAX_SAFE_INTEGER)
  if (!fits) throw new MalformedTar('a header has an unfit size')
  return Number(size)
}

function octal(block: Buffer, start: number, length: number): number {
  const text = block.toString('latin1', start, start + length).replace(/[\0 ]+$/, '')
  if (!/^ *[0-7]+$/.test(text)) throw new MalformedTar('a header has a number that is not octal')
  return Number.parseInt(text, 8)
}

/** Nothing guards the checksum's own bytes, so only the three forms that writers use are taken. */
function writtenChecksum(block: Buffer): number {
  const [digits] = /^(?:[0-7]{6}(?=\0 $| \0$)|[0-7]{7}(?= $))/.exec(block.toString('latin1', 148, 156)) ?? []
  return Number.parseInt(digits ?? '', 8)
}

/** Sum of all bytes with the checksum's own eight taken as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20
  for (let i = 0; i < blockSize; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0
  return sum
}
