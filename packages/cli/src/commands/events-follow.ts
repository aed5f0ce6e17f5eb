import { setTimeout as sleep } from 'node:timers/promises'
import { ApiProblem } from '../client/answers.ts'
import type { Query } from '../client/api.ts'
import type { Event } from '../client/resources.ts'
import { formatTime } from '../output/format.ts'
import { plain } from '../output/table.ts'
import { actorOf } from './events-list.ts'
import type { Session } from './session.ts'

const AGAIN_MS = 1_000

/** Prints new events, one on each line, until the process is stopped; comes back where it was when it is cut off. */
export async function followEvents({ api, writer, context }: Session, query: Query): Promise<never> {
  const { output, quiet } = writer.options
  const print = (data: string) => {
    const event = JSON.parse(data) as Event
    const words = [formatTime(event.at), event.action, actorOf(event), event.subject.type, event.subject.id]
    const line = quiet ? event.id : words.map((word) => plain(word ?? '-')).join('  ')
    context.out.write(`${output === 'json' ? data : line}\n`)
  }
  let last: string | undefined
  let connected = false
  let waiting = false
  for (;;) {
    try {
      let id = ''
      const headers = last === undefined ? {} : { 'last-event-id': last }
      for await (const line of api.lines('/events/live', query, headers)) {
        connected = true
        waiting = false
        if (line.startsWith('id: ')) id = line.slice(4)
        if (!line.startsWith('data: ')) continue
        print(line.slice(6))
        last = id
      }
      // It ends every few minutes, so that the credential is looked at again.
    } catch (error) {
      // What the server refuses it will refuse again; what cannot be reached the first time is a mistake, mostly.
      if (error instanceof ApiProblem && error.status < 500 && error.status !== 429) throw error
      if (!connected) throw error
      if (!waiting) writer.note('The connection was lost; trying again.')
      waiting = true
    }
    await sleep(AGAIN_MS)
  }
}
