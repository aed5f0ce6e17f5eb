import type { Html } from '../../../page/html.ts'
import type { Kind } from '../../endpoint.ts'
import type { Choices } from '../lookup.ts'
import { nameOf, whereIs } from '../read-hal.ts'
import { listPath } from '../words.ts'
import { type Field, type Option, selectField, textField } from './fields.ts'

/** Chooses a thing by its name; by its address where there are too many for a list. */
export function choiceField(
  field: Field & { readonly none?: string },
  kind: Kind,
  { things, complete }: Choices,
): Html {
  if (!complete) {
    const hint = `The address, such as ${listPath(kind)}1/. There are too many to list here.`
    return textField({ ...field, hint })
  }
  const options = things.map((each): Option => ({ value: whereIs(each), label: nameOf(kind, each) }))
  return selectField({ ...field, options })
}
