import { Type } from 'typebox'
import type { Event as TrailEvent } from '../../../domain/events/index.ts'
import { CroftError } from '../../../platform/errors/index.ts'
import { isUuid } from '../../../platform/ids/index.ts'
import { jsonLines, serverSentEvents, streamed } from '../../event-stream.ts'
import { readId } from '../ids.ts'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { Event, EventQuery, Retention, SetRetention, VerifyQuery, VerifyStep } from '../schemas/event.ts'
import { IdParams, PageQuery, pageOf } from '../schemas/page.ts'

const tag = 'Events'
const presentEvent = (event: TrailEvent) => ({ ...event, at: event.at.toISOString() })

interface Given {
  readonly workspaceId?: string
  readonly actorId?: string
  readonly action?: string
  readonly subjectType?: string
  readonly subjectId?: string
  readonly from?: string
  readonly to?: string
  readonly text?: string
}

function readFilter({ workspaceId, actorId, action, subjectType, subjectId, from, to, text }: Given) {
  return {
    workspaceId: workspaceId === undefined ? undefined : readId('workspace', workspaceId),
    actorId,
    action,
    subjectType,
    subjectId,
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    text: text === '' ? undefined : text,
  }
}

export const listEvents = operation({
  tag,
  summary: 'List events',
  description: 'What was done, by whom; newest first.',
  query: Type.Object({ ...PageQuery, ...EventQuery }),
  status: 200,
  response: pageOf(Event),
  async handle({ call, query }, { events }) {
    return presentPage(
      await events.listEvents(call, { ...readFilter(query), page: readPage(query) }),
      presentEvent,
    )
  },
})

export const exportEvents = operation({
  tag,
  summary: 'Export events',
  description:
    'All events until now, oldest first, one JSON text on each line. An answer cut short is incomplete.',
  query: Type.Object(EventQuery),
  status: 200,
  mediaType: 'application/x-ndjson',
  response: streamed(Event),
  async handle({ call, query }, { events }) {
    const filter = readFilter(query)
    return jsonLines((signal) => events.exportEvents(call, filter, signal), presentEvent)
  },
})

const { from: _from, to: _to, ...LiveQuery } = EventQuery

export const followEvents = operation({
  tag,
  summary: 'Follow events',
  description:
    'New events as server-sent events, in the order in which they were sealed. Ends after five minutes; come back with ' +
    '`Last-Event-ID` (or `after`) to miss none.',
  query: Type.Object({
    ...LiveQuery,
    after: Type.Optional(
      Type.String({ maxLength: 100, description: 'Id of the last event seen, as `Last-Event-ID` says it.' }),
    ),
  }),
  status: 200,
  mediaType: 'text/event-stream',
  response: streamed(Event),
  async handle({ call, query, lastEventId }, { events }) {
    const after = lastEventId ?? query.after
    if (after !== undefined && !isUuid(after)) {
      const message = 'must be the id of an event'
      throw new CroftError('invalid-input', `The last event’s id ${message}.`, {
        fields: [{ path: lastEventId === undefined ? '/after' : '/headers/last-event-id', message }],
      })
    }
    const filter = { ...readFilter(query), after }
    return serverSentEvents((signal) => events.followEvents(call, filter, signal), presentEvent)
  },
})

export const verifyEvents = operation({
  tag,
  summary: 'Verify that the trail was not tampered with',
  description:
    'One step of it: repeat with `after` until there is a `fault` or no `next`. For administrators.',
  query: VerifyQuery,
  status: 200,
  response: VerifyStep,
  async handle({ call, query }, { events }) {
    return events.verifyEvents(call, query)
  },
})

export const getEventRetention = operation({
  tag,
  summary: 'Get how long a workspace’s events are kept',
  params: IdParams,
  status: 200,
  response: Retention,
  async handle({ call, params }, { events }) {
    return events.getRetention(call, readId('workspace', params.id))
  },
})

export const setEventRetention = operation({
  tag,
  summary: 'Set how long a workspace’s events are kept',
  params: IdParams,
  body: SetRetention,
  status: 200,
  response: Retention,
  async handle({ call, params, body }, { events }) {
    return events.setRetention(call, { workspaceId: readId('workspace', params.id), days: body.days })
  },
})
