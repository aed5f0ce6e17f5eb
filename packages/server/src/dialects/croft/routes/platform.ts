import { Type } from 'typebox'
import { operation } from '../operation.ts'
import { Rotation, Size, Target } from '../schemas/platform.ts'

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
