import type { Resources } from '@croft/protocol'
import { resourcesKey } from '../instances/fingerprint.ts'

/** What the next database will probably ask for, learnt from those before it. */
export interface UsualResources {
  readonly resources: Resources
  readonly key: string
  saw(resources: Resources): void
}

/** Two in a row of another kind change its mind; a single large database among small ones does not. */
export function createUsualResources(first: Resources): UsualResources {
  let resources = first
  let key = resourcesKey(first)
  let other = ''
  return {
    get resources() {
      return resources
    },
    get key() {
      return key
    },
    saw(seen) {
      const seenKey = resourcesKey(seen)
      if (seenKey === key) other = ''
      else if (seenKey === other) {
        resources = seen
        key = seenKey
      } else other = seenKey
    },
  }
}
