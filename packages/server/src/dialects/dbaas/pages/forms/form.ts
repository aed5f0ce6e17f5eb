import { type Html, html } from '../../../page/html.ts'
import type { Method } from '../../endpoint.ts'
import type { PageInput } from '../../render.ts'

export interface Form {
  /** A path of ours. */
  readonly action: string
  /** What is meant, if not POST: browsers send nothing else. */
  readonly method?: Method | 'OPTIONS'
  readonly body: Html
}

/** A form that only a page of ours can have sent. */
export function form({ csrfToken }: Pick<PageInput, 'csrfToken'>, { action, method, body }: Form): Html {
  return html`<form method="post" action="${action}">
${csrfToken !== null && html`<input type="hidden" name="csrfmiddlewaretoken" value="${csrfToken}">`}
${method && html`<input type="hidden" name="_method" value="${method}">`}
${body}
</form>`
}
