import { readFileSync } from 'node:fs'
import { isRecord } from './record.ts'

const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

export const VERSION = isRecord(manifest) && typeof manifest.version === 'string' ? manifest.version : '0.0.0'
