import { findKnown } from '../catalogue/index.ts'
import { checkSetting } from '../engines/index.ts'
import { isStorable } from '../storable.ts'
import { type ContentFault, refuseContent } from './refuse-content.ts'
import type { ConfigItem, ConfigurationContent } from './template.ts'

const MOST_ITEMS = 200
const LONGEST_KEY = 255
const LONGEST_VALUE = 4096

function faultOf(
  engine: string | null,
  { key, value, deployTime }: ConfigItem,
  isTwice: boolean,
): string | null {
  if (key === '' || key.length > LONGEST_KEY) return `must have a key of 1 to ${LONGEST_KEY} characters`
  if (value.length > LONGEST_VALUE) return `must have a value of at most ${LONGEST_VALUE} characters`
  if (!isStorable([key, value])) return 'must be text without NUL'
  if (isTwice) return `must not give ${key} a second time`
  // Whoever deploys gives the value then, and it is checked then.
  if (engine === null || (deployTime && value === '')) return null
  return checkSetting(engine, key, value)
}

/**
 * Settings that the engine of a data service knows, each once, with values that it takes; those of a data service that
 * has no engine yet are kept as they are. Throws `not-applicable`.
 */
export function checkConfiguration(dataServiceId: string | null, { items }: ConfigurationContent): void {
  const engine = findKnown(dataServiceId ?? '')?.engine ?? null
  if (items.length > MOST_ITEMS) {
    refuseContent('configuration', [{ path: '/configItems', message: `must be at most ${MOST_ITEMS}` }])
  }
  const seen = new Set<string>()
  const faults = items.flatMap((item, index): ContentFault[] => {
    const message = faultOf(engine, item, seen.has(item.key))
    seen.add(item.key)
    return message === null ? [] : [{ path: `/configItems/${index}`, message }]
  })
  refuseContent('configuration', faults)
}
