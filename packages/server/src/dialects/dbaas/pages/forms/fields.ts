import { type Html, html } from '../../../page/html.ts'
import type { Fault } from '../fault.ts'

export interface Field {
  /** Of the form, so that ids are the page's only ones. */
  readonly form: string
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly required?: boolean
  readonly value?: string | undefined
  readonly fault: Fault | null
}

export interface Option {
  readonly value: string
  readonly label: string
}

function parts({ form, name, label, hint, required, fault }: Field) {
  const id = `${form}-${name}`
  const faults = fault?.fields[name] ?? []
  const isFirst = Object.keys(fault?.fields ?? {})[0] === name
  const described = [hint && `${id}-hint`, faults.length > 0 && `${id}-fault`].filter(Boolean).join(' ')
  return {
    id,
    before: html`<label for="${id}">${label}${!required && html` <span class="quiet">(optional)</span>`}</label>
${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}`,
    after: faults.length > 0 && html`<p class="fault" id="${id}-fault">${faults.join(' ')}</p>`,
    attributes: html`id="${id}" name="${name}"${required && html` required`}${
      described !== '' && html` aria-describedby="${described}"`
    }${faults.length > 0 && html` aria-invalid="true"`}${isFirst && html` autofocus`}`,
  }
}

/** A line of text. The server says what is wrong with it; the limit here only keeps slips short. */
export function textField(field: Field & { readonly longest?: number }): Html {
  const { before, after, attributes } = parts(field)
  return html`<div class="field">${before}
<input type="text" ${attributes} value="${field.value ?? ''}" autocomplete="off" autocapitalize="none" spellcheck="false"${
    field.longest !== undefined && html` maxlength="${field.longest}"`
  }>
${after}</div>`
}

/** A choice; `none` is what choosing nothing is called, if that can be. */
export function selectField(
  field: Field & { readonly options: readonly Option[]; readonly none?: string },
): Html {
  const { before, after, attributes } = parts(field)
  const options = field.options.map(
    ({ value, label }) =>
      html`<option value="${value}"${value === field.value && html` selected`}>${label}</option>`,
  )
  return html`<div class="field">${before}
<select ${attributes}>${field.none !== undefined && html`<option value="">${field.none}</option>`}${options}</select>
${after}</div>`
}
