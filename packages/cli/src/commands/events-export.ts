import { once } from 'node:events'
import type { Query } from '../client/api.ts'
import type { Session } from './session.ts'

/** Prints all events as they come, no faster than they are taken. */
export async function exportEvents({ api, writer, context }: Session, query: Query): Promise<void> {
  let count = 0
  for await (const line of api.lines('/events/export', query)) {
    count++
    if (!context.out.write(`${line}\n`)) await once(context.out, 'drain')
  }
  writer.note(`${count} event${count === 1 ? '' : 's'}.`)
}
