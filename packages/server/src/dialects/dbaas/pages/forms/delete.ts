import { type Html, html } from '../../../page/html.ts'
import type { PageInput } from '../../render.ts'
import { form } from './form.ts'

export interface Deletion {
  readonly action: string
  /** On what opens the explanation. */
  readonly title: string
  /** What is going to happen. */
  readonly explanation: Html
  readonly submit: string
  /** What the page after it says. */
  readonly step: 'deleted' | 'quarantined'
}

/** A deletion that is explained before it can be asked for. */
export function deleteForm(input: PageInput, { action, title, explanation, submit, step }: Deletion): Html {
  return html`<details class="danger"><summary>${title}</summary>
<div class="inside"><p>${explanation}</p>
${form(input, {
  action,
  method: 'DELETE',
  body: html`<input type="hidden" name="step" value="${step}"><button type="submit" class="danger">${submit}</button>`,
})}</div></details>`
}
