type Headers = Readonly<Record<string, string>>

export const basic = (user: string, password: string): Headers => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

/** Any token or key is a password there, of whatever user. */
export const asPassword = (token: string): Headers => basic('anybody', token)

/** The token that headers have; undefined of none. */
export const bearerIn = (headers: Headers): string | undefined =>
  /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
