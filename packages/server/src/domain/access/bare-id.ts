import { encodeBase36 } from '../../platform/ids/index.ts'

/** An id as clients read it in claims: base 36, without a prefix. */
export function bareId(id: string): string {
  const encoded = encodeBase36(id)
  if (encoded === null) throw new TypeError(`${id} is not an id`)
  return encoded
}
