import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import type { PageRequest } from '../page.ts'
import { listEvents } from './list-events.ts'

export type { Event } from './list-events.ts'
export { type NewEvent, recordEvent } from './record-event.ts'

/** Reading the trail; use cases write to it with `recordEvent`. */
export function createEvents({ db }: { db: Db }) {
  return {
    listEvents: (call: Call, filter: { subjectId?: string | undefined; page: PageRequest }) =>
      listEvents(db, call, filter),
  }
}
export type Events = ReturnType<typeof createEvents>
