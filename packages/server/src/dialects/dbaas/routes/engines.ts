import type { Call } from '../../../domain/access/index.ts'
import type { DbaasDeps } from '../deps.ts'
import { typeOf } from '../engine-types.ts'
import { notFound } from '../errors.ts'
import type { Hal } from '../hal.ts'
import type { Hyperlinks } from '../hyperlinks.ts'
import { idByNumber, readNumbers } from '../numbers.ts'
import { operation } from '../operation.ts'
import { cutPage, presentPage, readPage } from '../pagination.ts'
import { Engine, EnginePage, EngineType, EngineTypePage } from '../schemas/catalogue.ts'
import { ListQuery } from '../schemas/hal.ts'

const tag = 'Engines'

/** Every engine that a host has told of, and its versions, by number. */
async function readEngines({ engines, aliases }: DbaasDeps, call: Call, links: Hyperlinks) {
  const found = await engines.listEngines(call)
  const numbers = await readNumbers(
    aliases,
    links,
    found.flatMap(({ id, versions }) => [id, ...versions.map((version) => version.id)]),
  )
  const types = found.map(({ id, name }) => ({
    id,
    body: { _links: { self: numbers.link('enginetype', id) }, id: numbers.of(id), name: typeOf(name) },
  }))
  const versions = found.flatMap((engine) =>
    engine.versions.map(({ id, version }) => ({
      id,
      body: {
        _links: { self: numbers.link('engine', id) },
        id: numbers.of(id),
        engine_type: numbers.link('enginetype', engine.id),
        version,
      },
    })),
  )
  const byNumber = (one: { body: { id: number } }, other: { body: { id: number } }) =>
    one.body.id - other.body.id
  return { types: types.sort(byNumber), versions: versions.sort(byNumber) }
}

function bodyOf<Body extends Hal>(found: readonly { id: string; body: Body }[], wanted: string): Body {
  const one = found.find(({ id }) => id === wanted)
  if (!one) throw notFound()
  return one.body
}

export const listEngineTypes = operation({
  tag,
  summary: 'List engine types',
  description: '`postgres`, `mysql` (served by MariaDB), `redis`: those that a host knows.',
  query: ListQuery,
  status: 200,
  response: EngineTypePage,
  async handle({ call, links, query }, deps) {
    const { types } = await readEngines(deps, call, links)
    const which = readPage(query)
    return presentPage('enginetype', links.url, cutPage(types, which), which, ({ body }) => body)
  },
})

export const getEngineType = operation({
  tag,
  summary: 'Get an engine type',
  status: 200,
  response: EngineType,
  async handle({ call, links, id }, deps) {
    const wanted = await idByNumber(deps.aliases, 'enginetype', id)
    return bodyOf((await readEngines(deps, call, links)).types, wanted)
  },
})

export const listEngines = operation({
  tag,
  summary: 'List engines',
  description: 'The versions of each type.',
  query: ListQuery,
  status: 200,
  response: EnginePage,
  async handle({ call, links, query }, deps) {
    const { versions } = await readEngines(deps, call, links)
    const which = readPage(query)
    return presentPage('engine', links.url, cutPage(versions, which), which, ({ body }) => body)
  },
})

export const getEngine = operation({
  tag,
  summary: 'Get an engine',
  status: 200,
  response: Engine,
  async handle({ call, links, id }, deps) {
    const wanted = await idByNumber(deps.aliases, 'engine', id)
    return bodyOf((await readEngines(deps, call, links)).versions, wanted)
  },
})
