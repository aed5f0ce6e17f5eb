import type { Query } from '../client/api.ts'
import type { Event } from '../client/resources.ts'
import { formatTime } from '../output/format.ts'
import type { Session } from './session.ts'

const PAGE = 500

interface Page {
  readonly data: readonly Event[]
  readonly pagination: { readonly nextCursor: string | null }
}

/** As `ada@example.com` or `deploy (service-token)`. */
export const actorOf = ({ actor }: Event): string =>
  actor.type === 'user'
    ? (actor.name ?? actor.id ?? 'user')
    : `${actor.name ?? actor.id ?? '-'} (${actor.type})`

/** The newest events, at most so many. */
export async function listEvents({ api, writer }: Session, query: Query, limit: number): Promise<void> {
  const events: Event[] = []
  let cursor: string | undefined
  do {
    const wanted = Math.min(PAGE, limit - events.length)
    const page: Page = await api.get<Page>('/events', { ...query, limit: wanted, cursor })
    events.push(...page.data)
    // A page of a search may be empty and yet have a next one.
    cursor = page.pagination.nextCursor ?? undefined
  } while (cursor !== undefined && events.length < limit)
  writer.list(events, {
    key: (event) => event.id,
    empty: 'No events.',
    fields: [
      { title: 'Time', value: (event) => formatTime(event.at) },
      { title: 'Action', value: (event) => event.action },
      { title: 'By', value: actorOf },
      { title: 'About', value: (event) => `${event.subject.type} ${event.subject.id}` },
    ],
  })
}
