import type { CroftError } from '../../platform/errors/index.ts'

interface Detail {
  readonly path: string
  readonly message: string
  readonly errorCode?: string
}

/** `/body/rules/0/action` as JavaScript writes it, `.body.rules[0].action`. */
function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`))
    .join('')
}

/** Named behind the object that lacks them, or should: the text names the object, the details the property. */
const OF_PROPERTIES = new Set(['required', 'additionalProperties'])

/** Bad input in the words of this API: `request.body should have required property 'name', ...`. */
export function requestFault({ message, fields }: CroftError): { message: string; details: Detail[] } {
  if (!fields || fields.length === 0) return { message, details: [] }
  const texts: string[] = []
  const details: Detail[] = []
  for (const field of fields) {
    // What the schema does not say is found in bodies only.
    const path = dotted(field.keyword === undefined ? `/body${field.path}` : field.path)
    const isProperty = field.keyword !== undefined && OF_PROPERTIES.has(field.keyword)
    texts.push(`request${isProperty ? dotted(field.path.replace(/\/[^/]*$/, '')) : path} ${field.message}`)
    details.push({
      path,
      message: field.message,
      ...(field.keyword === undefined ? {} : { errorCode: `${field.keyword}.openapi.validation` }),
    })
  }
  return { message: texts.join(', '), details }
}
