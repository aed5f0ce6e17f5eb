import { Type } from 'typebox'
import { type Engine as EngineView, engineOf } from '../../../domain/engines/index.ts'
import type { Size as SizeView } from '../../../domain/targets/index.ts'
import { operation } from '../operation.ts'
import { Engine, Rotation, Size, Target } from '../schemas/platform.ts'

const tag = 'Platform'
const listOf = <Item extends typeof Size | typeof Target | typeof Engine>(item: Item) =>
  Type.Object({ data: Type.Array(item) }, { additionalProperties: false })

const settingsOf = ({ engines }: SizeView) =>
  Object.fromEntries(Object.entries(engines).map(([engine, settings]) => [engine, { ...settings }]))

function presentEngine({ id, name, versions }: EngineView) {
  const { title, archived, namesDatabases } = engineOf(name)
  return {
    id,
    name,
    title,
    capabilities: { archive: archived, namesDatabases },
    versions: versions.map((version) => ({ ...version })),
  }
}

export const listSizes = operation({
  tag,
  summary: 'List sizes',
  status: 200,
  response: listOf(Size),
  async handle({ call }, { targets }) {
    return { data: (await targets.listSizes(call)).map((size) => ({ ...size, engines: settingsOf(size) })) }
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

export const listEngines = operation({
  tag,
  summary: 'List engines',
  description: 'What databases can run on, and which versions of it connected hosts have.',
  status: 200,
  response: listOf(Engine),
  async handle({ call }, { engines }) {
    return { data: (await engines.listEngines(call)).map(presentEngine) }
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
