const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const decode = (text: string) => text.replaceAll(/&(\w+|#39);/g, (all, name: string) => ENTITIES[name] ?? all)

export interface Page {
  readonly url: string
  readonly status: number
  readonly html: string
  /** Where it sends the user, when that is to another origin; such a redirect is not followed. */
  readonly leavesTo: string | null
}

export interface Form {
  /** An address of the page's origin. */
  readonly action: string
  /** Hidden fields and what is filled in. */
  readonly fields: Readonly<Record<string, string>>
  /** Radio buttons: the value by the text beside it. */
  readonly choices: Readonly<Record<string, string>>
}

function attributesOf(tag: string): Record<string, string> {
  const found = tag.matchAll(/([\w-]+)="([^"]*)"/g)
  return Object.fromEntries(Array.from(found, ([, name = '', value = '']) => [name, decode(value)]))
}

/** The form of a page whose action begins with `action`. Throws when the page has none. */
export function formOf(page: Page, action: string): Form {
  for (const [, tag = '', body = ''] of page.html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
    const target = attributesOf(tag).action ?? ''
    if (!target.startsWith(action)) continue
    const inputs = Array.from(body.matchAll(/<input\b([^>]*)>/gs), ([, input = '']) => attributesOf(input))
    const fields = inputs.filter(({ type, name }) => type !== 'radio' && name !== undefined)
    const radios = body.matchAll(/<input\b([^>]*type="radio"[^>]*)>\s*<span>(.*?)<\/span>/gs)
    return {
      action: target,
      fields: Object.fromEntries(fields.map(({ name = '', value = '' }) => [name, value])),
      choices: Object.fromEntries(
        Array.from(radios, ([, input = '', text = '']) => [decode(text), attributesOf(input).value ?? '']),
      ),
    }
  }
  throw new Error(`no form to ${action} at ${page.url} (${page.status}):\n${page.html}`)
}

export interface Browser {
  open(url: string): Promise<Page>
  submit(page: Page, form: Form, values: Readonly<Record<string, string>>): Promise<Page>
}

const MOST_REDIRECTS = 10

/** As much of a browser as pages without scripts need: cookies of one host, redirects, forms. */
export function openBrowser(): Browser {
  const cookies = new Map<string, string>()

  function keep(response: Response) {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /;\s*max-age=0\b/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
  }

  async function send(url: string, init: RequestInit = {}, redirects = 0): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, accept: 'text/html', ...(cookie && { cookie }) },
    })
    keep(response)
    const html = await response.text()
    const location = response.headers.get('location')
    if (location === null) return { url, status: response.status, html, leavesTo: null }
    const target = new URL(location, url)
    if (target.origin !== new URL(url).origin) {
      return { url, status: response.status, html, leavesTo: target.href }
    }
    if (redirects === MOST_REDIRECTS) throw new Error(`${url} redirects for ever`)
    return send(target.href, {}, redirects + 1)
  }

  return {
    open: (url) => send(url),
    submit: (page, form, values) =>
      send(new URL(form.action, page.url).href, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ ...form.fields, ...values }).toString(),
      }),
  }
}
