import { type Html, html } from '../../../page/html.ts'
import type { Method } from '../../endpoint.ts'
import { isForm } from '../../read-body.ts'
import type { PageInput } from '../../render.ts'
import { form } from './form.ts'

/** What was typed before: it may be no JSON, and then the API has no fields of it. */
function typedBefore({ request }: PageInput): string | null {
  const body = request.body as { readonly type?: unknown; readonly bytes?: unknown } | null | undefined
  if (typeof body?.type !== 'string' || !isForm(body.type) || !Buffer.isBuffer(body.bytes)) return null
  return new URLSearchParams(body.bytes.toString('utf8')).get('_content')
}

/** Sends JSON as a program would. Null where nothing can be sent. */
export function rawForm(
  input: PageInput,
  { action, methods, example }: { action: string; methods: readonly Method[]; example: object },
): Html | null {
  if (methods.length === 0) return null
  const typed = typedBefore(input)
  const buttons = methods.map(
    (method) =>
      html`<button type="submit" name="_method" value="${method}" class="second">${method}</button>`,
  )
  return html`<details class="raw" ${typed !== null && html`open`}><summary>Send JSON</summary><div class="inside">
${form(input, {
  action,
  body: html`<input type="hidden" name="_content_type" value="application/json">
<label for="raw">JSON</label>
<textarea id="raw" name="_content" rows="7" spellcheck="false">
${typed ?? JSON.stringify(example, null, 4)}</textarea>
<div class="actions">${buttons}</div>`,
})}</div></details>`
}
