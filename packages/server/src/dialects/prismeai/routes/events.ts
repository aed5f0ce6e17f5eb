import { eventFields, type Event as TrailEvent } from '../../../domain/events/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { isUuid } from '../../../platform/ids/index.ts'
import { serverSentEvents } from '../../event-stream.ts'
import { readWorkspaceId } from '../ids.ts'
import { operation } from '../operation.ts'
import { EmitAnswer, EmitInput, EventList, EventQuery } from '../schemas/event.ts'
import { WorkspaceParams } from '../schemas/input.ts'

const tag = 'Events'
const LIMIT = 50

const presentEvent = (event: TrailEvent) => {
  const { type, source, payload, target } = eventFields(event)
  return {
    id: event.id,
    type,
    source: { ...source },
    ...(payload === undefined ? {} : { payload }),
    ...(target === undefined ? {} : { target }),
    createdAt: event.at.toISOString(),
  }
}

function readEventId(text: string | undefined, path: string): string | undefined {
  if (text === undefined || isUuid(text)) return text
  const message = 'should be the id of an event'
  throw new CroftError('invalid-input', message, { fields: [{ path, message, keyword: 'format' }] })
}

export const listEvents = operation({
  tag,
  summary: 'List or follow events',
  description:
    'Those that the caller may read, newest first. With `accept: text/event-stream`, new ones as they come; `Last-Event-ID` goes on where a lost connection was.',
  params: WorkspaceParams,
  query: EventQuery,
  status: 200,
  response: EventList,
  async handle({ call, params, query, wantsStream, lastEventId }, { events }) {
    const workspaceId = readWorkspaceId(params.workspaceId)
    const filter = { workspaceId, text: query.text === '' ? undefined : query.text }
    if (wantsStream) {
      const after = readEventId(lastEventId, '/headers/last-event-id')
      const stream = serverSentEvents(
        (signal) => events.followEvents(call, { ...filter, after }, signal),
        presentEvent,
      )
      // The answer of a stream is no list; what sends it looks at what it is.
      return stream as unknown as { result: { events: [] } }
    }
    const { beforeDate, afterDate } = query
    const page = await events.listEvents(call, {
      ...filter,
      to: beforeDate === undefined ? undefined : new Date(beforeDate),
      from: afterDate === undefined ? undefined : new Date(afterDate),
      page: { limit: query.limit ?? LIMIT, after: readEventId(query.beforeId, '/query/beforeId') ?? null },
    })
    return { result: { events: page.items.map(presentEvent) } }
  },
})

export const emitEvents = operation({
  tag,
  summary: 'Emit events',
  description: 'Adds events of the client’s own to the trail, marked as such.',
  params: WorkspaceParams,
  body: EmitInput,
  status: 200,
  response: EmitAnswer,
  async handle({ call, params, body }, { events }) {
    await events.emitEvents(call, {
      workspaceId: readWorkspaceId(params.workspaceId),
      events: body.events.map(({ type, payload, target, source }) => ({
        type,
        payload,
        target,
        serviceTopic: source?.serviceTopic,
      })),
    })
    return { result: 'ok' as const }
  },
})
