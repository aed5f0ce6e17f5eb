import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { presentPage, readPage } from '../pagination.ts'
import { Line } from '../schemas/input.ts'
import { PageQuery, pageOf } from '../schemas/page.ts'
import { Event, Rotation, Size, Target } from '../schemas/platform.ts'

const tag = 'Platform'
const listOf = <Item extends typeof Size | typeof Target>(item: Item) =>
  Type.Object({ data: Type.Array(item) }, { additionalProperties: false })

export const listSizes = operation({
  tag,
  summary: 'List sizes',
  status: 200,
  response: listOf(Size),
  async handle({ call }, { targets }) {
    return { data: [...(await targets.listSizes(call))] }
  },
})

export const listTargets = operation({
  tag,
  summary: 'List hosts',
  status: 200,
  response: listOf(Target),
  async handle({ call }, { targets }) {
    const all = await targets.listTargets(call)
    return { data: all.map((each) => ({ ...each, regions: [...each.regions], engines: [...each.engines] })) }
  },
})

export const listEvents = operation({
  tag,
  summary: 'List events',
  description: 'What was done, by whom; newest first.',
  query: Type.Object({
    ...PageQuery,
    subjectId: Type.Optional(Line(100, 'Only about this thing.')),
  }),
  status: 200,
  response: pageOf(Event),
  async handle({ call, query }, { events }) {
    const page = await events.listEvents(call, { subjectId: query.subjectId, page: readPage(query) })
    return presentPage(page, (event) => ({ ...event, at: event.at.toISOString() }))
  },
})

export const rotateKeys = operation({
  tag,
  summary: 'Rotate the key that seals secrets',
  description: 'Secrets are sealed anew in the background; the old key goes when nothing needs it.',
  status: 200,
  response: Rotation,
  async handle({ call }, { keys }) {
    return keys.rotateKeys(call)
  },
})
