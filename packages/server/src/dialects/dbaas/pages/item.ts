import type { Html } from '../../page/html.ts'
import type { Hal } from '../hal.ts'
import type { PageInput } from '../render.ts'
import type { Fault } from './fault.ts'
import type { Lookup } from './lookup.ts'

/** A thing whose page is made. */
export interface Item {
  readonly input: PageInput
  readonly lookup: Lookup
  readonly hal: Hal
  readonly fault: Fault | null
}
/** What a thing's page has besides what is told of it: before that, and after it. */
export interface Sections {
  readonly above?: Html | null
  readonly below: Html
}
