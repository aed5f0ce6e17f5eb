import { createHmac } from 'node:crypto'

export interface ToSign {
  readonly method: string
  readonly url: URL
  /** Lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly length: number
}

/** Headers that are signed as values in this order, empty where they are missing. */
const SIGNED = [
  ...['content-encoding', 'content-language', 'content-length', 'content-md5', 'content-type', 'date'],
  ...['if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'],
]

/** What Azure's `SharedKey` signs of a request, of the versions from 2015-02-21 on, where a length of 0 is empty. */
export function stringToSign(account: string, { method, url, headers, length }: ToSign): string {
  const values = SIGNED.map((name) =>
    name === 'content-length' ? (length === 0 ? '' : String(length)) : (headers[name] ?? ''),
  )
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${headers[name]?.trim()}\n`)
  const query = [...url.searchParams]
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `\n${name}:${value}`)
  return `${[method, ...values].join('\n')}\n${own.join('')}/${account}${url.pathname}${query.join('')}`
}

/** The `Authorization` of a request; the account's key is base64. */
export function sharedKey(account: string, key: string, toSign: ToSign): string {
  const signature = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(stringToSign(account, toSign))
    .digest('base64')
  return `SharedKey ${account}:${signature}`
}
