import type { Answer, DbaasClient, User } from './client.ts'

/** Does what `curl` would with these arguments, as far as the documentation of the API uses it. */
export function curl({ send }: Pick<DbaasClient, 'send'>, args: readonly string[]): Promise<Answer> {
  const headers: Record<string, string> = {}
  let as: User = null
  let method: string | undefined
  let data: string | undefined
  let address = ''
  for (let i = 0; i < args.length; i++) {
    const option = args[i] ?? ''
    const value = () => args[++i] ?? ''
    if (option === '-u') as = value() as User
    else if (option === '-X') method = value()
    else if (option === '-d') data = value()
    else if (option === '-H') {
      const [name = '', text = ''] = value().split(/: */, 2)
      headers[name.toLowerCase()] = text
    } else address = option
  }
  if (data !== undefined) headers['content-type'] ??= 'application/x-www-form-urlencoded'
  const { pathname, search } = new URL(address)
  return send(method ?? (data === undefined ? 'GET' : 'POST'), `${pathname}${search}`, {
    as,
    headers,
    ...(data === undefined ? {} : { body: data }),
  })
}
