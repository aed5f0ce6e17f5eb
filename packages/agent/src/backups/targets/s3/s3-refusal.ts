import type { IncomingHttpHeaders } from 'node:http'
import { childText, parseXml, type XmlElement } from './xml.ts'

/** What an S3 service said instead of doing what it was asked. */
export interface Refusal {
  readonly status: number
  /** `NoSuchKey`, `SlowDown`, ...; '' when it gave none. */
  readonly code: string
  /** The region it expects, when it says so. */
  readonly region: string | undefined
  /** Its clock, in ms. */
  readonly serverTime: number | undefined
}

export function readRefusal(status: number, headers: IncomingHttpHeaders, body: string): Refusal {
  let error: XmlElement | undefined
  try {
    error = parseXml(body)
  } catch {
    // A proxy before the service answers HTML, and HEAD nothing.
  }
  const text = (name: string) => (error ? childText(error, name) : undefined)
  const code = text('Code') ?? ''
  const date = Date.parse(String(headers.date ?? ''))
  return {
    status,
    code: /^[A-Za-z0-9.]{1,64}$/.test(code) ? code : '',
    region: plainName(text('Region') ?? headers['x-amz-bucket-region']),
    serverTime: Number.isNaN(date) ? undefined : date,
  }
}

/** Refusals that pass by themselves. */
export function mayPass({ status, code }: Refusal): boolean {
  if (code === 'SlowDown' || code === 'RequestTimeout' || code === 'OperationAborted') return true
  return status === 429 || status === 408 || (status >= 500 && status !== 501 && status !== 507)
}

function plainName(text: string | string[] | undefined): string | undefined {
  return typeof text === 'string' && /^[A-Za-z0-9-]{1,40}$/.test(text) ? text : undefined
}
