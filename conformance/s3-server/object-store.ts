import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReceivedBody } from './receive-body.ts'

export interface StoredObject {
  readonly key: string
  readonly bytes: number
  /** Without quotes. */
  readonly etag: string
  readonly sha256: string | null
  readonly modified: string
}

export interface Part {
  readonly number: number
  readonly bytes: number
  readonly etag: string
  readonly sha256: string
  readonly modified: string
}

export interface Upload {
  readonly id: string
  readonly key: string
  readonly initiated: string
  readonly checksumAlgorithm: string | null
  readonly parts: Map<number, Part>
}

/** Objects and unfinished uploads, as files below one directory; what is there at the start is known again. */
export interface ObjectStore {
  readonly objects: Map<string, StoredObject>
  readonly uploads: Map<string, Upload>
  /** Where bodies are received before they are whole. */
  readonly temporary: string
  pathOf(key: string): string
  pathOfPart(upload: Upload, number: number): string
  putObject(key: string, path: string, about: Omit<StoredObject, 'key' | 'modified'>): Promise<StoredObject>
  removeObject(key: string): Promise<void>
  createUpload(key: string, checksumAlgorithm: string | null): Promise<Upload>
  putPart(upload: Upload, number: number, body: ReceivedBody): Promise<Part>
  removeUpload(upload: Upload): Promise<void>
}

export async function openObjectStore(directory: string): Promise<ObjectStore> {
  const paths = {
    objects: join(directory, 'objects'),
    uploads: join(directory, 'uploads'),
    temporary: join(directory, 'temporary'),
  }
  await rm(paths.temporary, { recursive: true, force: true })
  for (const path of Object.values(paths)) await mkdir(path, { recursive: true })
  const hash = (key: string) => createHash('sha256').update(key).digest('hex')
  const pathOf = (key: string) => join(paths.objects, `${hash(key)}.data`)
  const aboutOf = (key: string) => join(paths.objects, `${hash(key)}.json`)
  const pathOfPart = (upload: Upload, number: number) => join(paths.uploads, upload.id, `${number}.data`)

  const objects = new Map<string, StoredObject>()
  for (const name of await readdir(paths.objects)) {
    if (!name.endsWith('.json')) continue
    const object: StoredObject = JSON.parse(await readFile(join(paths.objects, name), 'utf8'))
    objects.set(object.key, object)
  }
  const uploads = new Map<string, Upload>()
  for (const id of await readdir(paths.uploads)) {
    const about: Upload = JSON.parse(await readFile(join(paths.uploads, id, 'upload.json'), 'utf8'))
    const upload = { ...about, parts: new Map<number, Part>() }
    for (const name of await readdir(join(paths.uploads, id))) {
      if (!/^\d+\.json$/.test(name)) continue
      const part: Part = JSON.parse(await readFile(join(paths.uploads, id, name), 'utf8'))
      upload.parts.set(part.number, part)
    }
    uploads.set(id, upload)
  }

  return {
    objects,
    uploads,
    temporary: paths.temporary,
    pathOf,
    pathOfPart,
    async putObject(key, path, about) {
      const object = { ...about, key, modified: new Date().toISOString() }
      await rename(path, pathOf(key))
      await writeFile(aboutOf(key), JSON.stringify(object))
      objects.set(key, object)
      return object
    },
    async removeObject(key) {
      objects.delete(key)
      await rm(aboutOf(key), { force: true })
      await rm(pathOf(key), { force: true })
    },
    async createUpload(key, checksumAlgorithm) {
      const about = { id: randomUUID(), key, initiated: new Date().toISOString(), checksumAlgorithm }
      await mkdir(join(paths.uploads, about.id))
      await writeFile(join(paths.uploads, about.id, 'upload.json'), JSON.stringify(about))
      const upload = { ...about, parts: new Map<number, Part>() }
      uploads.set(upload.id, upload)
      return upload
    },
    async putPart(upload, number, body) {
      const { bytes, md5, sha256 } = body
      const part = { number, bytes, etag: md5, sha256, modified: new Date().toISOString() }
      await rename(body.path, pathOfPart(upload, number))
      await writeFile(join(paths.uploads, upload.id, `${number}.json`), JSON.stringify(part))
      upload.parts.set(number, part)
      return part
    },
    async removeUpload(upload) {
      uploads.delete(upload.id)
      await rm(join(paths.uploads, upload.id), { recursive: true, force: true })
    },
  }
}
