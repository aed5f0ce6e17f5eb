import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectStore, Part, StoredObject, Upload } from './object-store.ts'
import { S3Error } from './s3-error.ts'
import { elements, textOf } from './xml.ts'

const smallestPart = 5 * 1024 * 1024

/** CompleteMultipartUpload: checks the list of parts and joins them into one object. Throws `S3Error`. */
export async function completeUpload(store: ObjectStore, upload: Upload, xml: string): Promise<StoredObject> {
  const wanted = elements(xml, 'Part')
  if (wanted.length === 0) throw new S3Error(400, 'MalformedXML', 'You must specify at least one part.')
  const parts: Part[] = []
  for (const part of wanted) {
    const number = Number(textOf(part, 'PartNumber'))
    const found = upload.parts.get(number)
    const etag = textOf(part, 'ETag')?.replaceAll('"', '')
    const sha256 = textOf(part, 'ChecksumSHA256')
    if (upload.checksumAlgorithm === 'SHA256' && sha256 === undefined) {
      throw new S3Error(
        400,
        'InvalidRequest',
        `The upload was created using SHA256; part ${number} has none.`,
      )
    }
    if (!found || found.etag !== etag || (sha256 !== undefined && found.sha256 !== sha256)) {
      throw new S3Error(400, 'InvalidPart', 'One or more of the specified parts could not be found.')
    }
    const last = parts.at(-1)
    if (last && last.number >= number) {
      throw new S3Error(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.')
    }
    if (last && last.bytes < smallestPart) {
      throw new S3Error(
        400,
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size.',
      )
    }
    parts.push(found)
  }
  const path = join(store.temporary, randomBytes(12).toString('hex'))
  const output = await open(path, 'wx')
  const md5 = createHash('md5')
  try {
    for (const part of parts) {
      for await (const piece of createReadStream(store.pathOfPart(upload, part.number))) {
        await output.appendFile(piece)
      }
      md5.update(Buffer.from(part.etag, 'hex'))
    }
  } finally {
    await output.close()
  }
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  const etag = `${md5.digest('hex')}-${parts.length}`
  const object = await store.putObject(upload.key, path, { bytes, etag, sha256: null })
  await store.removeUpload(upload)
  return object
}
