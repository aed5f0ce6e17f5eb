const markup = Symbol('markup')

/** Text that is markup already, because `html` made it. The symbol cannot come out of a request. */
export interface Html {
  readonly [markup]: string
}

type Value = string | number | Html | readonly Html[] | null | undefined | false

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string') return escapeText(value)
  if (typeof value === 'number') return String(value)
  return markup in value ? value[markup] : value.map(render).join('')
}

/**
 * Markup with values escaped for text and for quoted attributes; always quote attributes. Null, undefined and
 * false are nothing. A URL in `href` or `action` must be ours: escaping does not make a foreign scheme safe.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { [markup]: String.raw({ raw: strings }, ...values.map(render)) }
}

/** Markup that we wrote ourselves, as it is. Never for anything that came in with a request. */
export function trusted(text: string): Html {
  return { [markup]: text }
}

export function toText(made: Html): string {
  return made[markup]
}
