import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'

export type Fields = Readonly<Record<string, string>>
export const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** As much of a browser as forms and cookies need. */
export function browser(app: FastifyInstance) {
  const cookies = new Map<string, string>()
  async function send(method: 'GET' | 'POST', url: string, fields?: Fields) {
    const response = await app.inject({
      method,
      url,
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(fields && FORM),
      },
      ...(fields && { payload: new URLSearchParams(fields).toString() }),
    })
    for (const { name, value, ...attributes } of response.cookies) {
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
      assert.ok(attributes.httpOnly && attributes.secure && attributes.sameSite === 'Lax', name)
    }
    return response
  }
  return {
    cookies,
    get: (url: string) => send('GET', url),
    post: (url: string, fields: Fields) => send('POST', url, fields),
  }
}
export type Browser = ReturnType<typeof browser>
export type Response = Awaited<ReturnType<Browser['get']>>
