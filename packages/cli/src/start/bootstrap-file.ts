import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { isRecord } from '../record.ts'

export interface GatewayEndpoint {
  readonly host: string
  readonly port: number
}

/** The engines that have a gateway, each with a setting and a field of bootstrap.json of that name. */
export const GATEWAY_ENGINES = ['postgres', 'mariadb', 'redis'] as const
export type Gateways = Readonly<Partial<Record<(typeof GATEWAY_ENGINES)[number], GatewayEndpoint>>>

/** What the CLI reads of bootstrap.json; the server writes it and may add more. */
export interface Bootstrap {
  readonly url: string | null
  readonly adminEmail: string | null
  readonly adminPassword: string | null
  readonly serviceToken: string | null
  /** Administers the platform: OAuth applications, keys. */
  readonly adminToken: string | null
  readonly agentToken: string | null
}

function readFields(path: string): Record<string, unknown> {
  const text = readFileSync(path, 'utf8')
  let fields: unknown
  try {
    fields = JSON.parse(text)
  } catch {
    throw new Error(`${path} is damaged: it is not JSON`)
  }
  if (!isRecord(fields)) throw new Error(`${path} is damaged: it is not a JSON object`)
  return fields
}

/** Throws when the file is absent (`ENOENT`), unreadable or damaged. */
export function readBootstrap(path: string): Bootstrap {
  const fields = readFields(path)
  const text = (name: string) => {
    const value = fields[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  return {
    url: text('url'),
    adminEmail: text('adminEmail'),
    adminPassword: text('adminPassword'),
    serviceToken: text('serviceToken'),
    adminToken: text('adminToken'),
    agentToken: text('agentToken'),
  }
}

/** Adds fields to bootstrap.json, keeping the others. Whole or not at all, and only for its owner. */
export function completeBootstrap(path: string, fields: Readonly<Record<string, unknown>>): void {
  const text = `${JSON.stringify({ ...readFields(path), ...fields }, null, 2)}\n`
  if (text === readFileSync(path, 'utf8')) return
  const temporary = `${path}.${process.pid}.tmp`
  const descriptor = openSync(temporary, 'w', 0o600)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(temporary, path)
}
