import type { Croft } from '../../../conformance/harness/croft.ts'

export interface Dbaas {
  /** Reads an address, the API's own or one that it has answered. Rejects for a status that is no success. */
  get<Body>(address: string): Promise<Body>
  post<Body>(address: string, body: object): Promise<Body>
  delete(address: string): Promise<void>
}

/** The DBaaS API as a script uses it: a token in the place of the password. */
export function createDbaas({ bootstrap }: Croft): Dbaas {
  const { url, adminToken } = bootstrap
  const authorization = `Basic ${Buffer.from(`bench:${adminToken}`).toString('base64')}`

  async function send(method: string, address: string, body?: object): Promise<string> {
    const response = await fetch(new URL(address, url), {
      method,
      headers: { authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${address} answered ${response.status}: ${text}`)
    return text
  }

  return {
    get: async (address) => JSON.parse(await send('GET', address)),
    post: async (address, body) => JSON.parse(await send('POST', address, body)),
    async delete(address) {
      await send('DELETE', address)
    },
  }
}
