import type { Fault, Resources } from '@croft/protocol'
import type { Server } from '../engines/engine.ts'
import { AgentFault, toFault } from '../fault.ts'
import type { Body } from './body.ts'
import { resourcesKey } from './fingerprint.ts'

/** What was refused is tried again after so long, in ms, while nobody uses the database; each time four times later. */
const RETRY_MS = 10_000
/** Then it is not the moment that was wrong, but the settings. */
const MOST_RETRIES = 5

/** When what was refused may be tried again, in the clock's ms. Not kept over a restart of the agent: it begins anew. */
const retries = new WeakMap<Body, { readonly key: string; readonly tries: number; readonly at: number }>()

/** The resources each running server was started with. */
const startedWith = new WeakMap<Server, Resources>()

/** Notes that a server answers with these resources. It is saved with the next change of the state. */
export function noteStarted(body: Body, server: Server, resources: Resources): void {
  startedWith.set(server, resources)
  body.state = { ...body.state, proven: resources }
}

/** True when the server runs with other resources than are wanted now, and those were not tried in vain. */
export function isOutgrown(body: Body): boolean {
  const server = body.current?.server
  if (server === undefined) return false
  const wanted = resourcesKey(body.state.desired.resources)
  const has = startedWith.get(server)
  return (!has || resourcesKey(has) !== wanted) && body.state.refused?.key !== wanted
}

/** The memory that a server was started with: less would end one that goes on with its old settings. */
export function memoryOf(body: Body, server: Server): number {
  return (startedWith.get(server) ?? body.state.desired.resources).memoryMb
}

/**
 * When to find out whether its server starts with what is wanted now, in the clock's ms; null when that is known. A start
 * may have failed for another reason than the settings, so that one failure does not say it.
 */
export function trialAt(body: Body): number | null {
  const { state } = body
  const wanted = resourcesKey(state.desired.resources)
  if (!state.proven || resourcesKey(state.proven) === wanted) return null
  return state.refused?.key === wanted ? retryAt(body, wanted) : 0
}

function retryAt(body: Body, key: string): number | null {
  const known = retries.get(body)
  const retry = known?.key === key ? known : { key, tries: 1, at: body.host.clock.now() + RETRY_MS }
  retries.set(body, retry)
  return retry.tries > MOST_RETRIES ? null : retry.at
}

function noteRefusal(body: Body, key: string): void {
  const before = retries.get(body)
  const tries = before?.key === key ? before.tries + 1 : 1
  retries.set(body, { key, tries, at: body.host.clock.now() + RETRY_MS * 4 ** (tries - 1) })
}

/** Why the server does not run with what is wanted; null when it does, or has not been tried. */
export function refusalOf({ state }: Body): Fault | null {
  const { refused, desired } = state
  return refused?.key === resourcesKey(desired.resources) ? refused.fault : null
}

/**
 * Starts a server with what is wanted; when it does not start with that, with what it started with before, and keeps
 * why. Throws what the first start threw when the second does not help either.
 */
export async function startWithResources(
  body: Body,
  start: (resources: Resources) => Promise<Server>,
): Promise<Server> {
  const wanted = body.state.desired.resources
  const before = body.state.proven ?? wanted
  const key = resourcesKey(wanted)
  const isOther = resourcesKey(before) !== key
  const begin = async (resources: Resources) => {
    const server = await start(resources)
    noteStarted(body, server, resources)
    return server
  }
  if (isOther && body.state.refused?.key === key) {
    const at = retryAt(body, key)
    if (at === null || body.host.clock.now() < at) return begin(before)
  }
  try {
    const server = await begin(wanted)
    // What was refused before may be chosen again later, when what it lacked is there.
    const { refused: _, ...state } = body.state
    body.state = state
    retries.delete(body)
    if (isOther) await keep(body)
    return server
  } catch (error) {
    const fault = toFault(error)
    if (!isOther || PASSING.has(fault.code)) throw error
    const server = await begin(before).catch(() => {
      throw error
    })
    const message = `Its server does not start with the settings that were chosen, and goes on with those before: ${fault.message}`
    const refused = { key, fault: toFault(new AgentFault('settings-refused', message)) }
    body.state = { ...body.state, refused }
    noteRefusal(body, key)
    body.log.warn(
      { err: error },
      'the server does not start with its new settings; it has its old ones again',
    )
    await keep(body)
    return server
  }
}

/** What no setting is the cause of. */
const PASSING: ReadonlySet<string> = new Set(['disk-full', 'engine-not-installed'])

/** Not worth a start that fails: it would be tried once more after a restart of the agent. */
async function keep(body: Body): Promise<void> {
  await body
    .patch({})
    .catch((err: unknown) => body.log.warn({ err }, 'what a server started with is not saved'))
}
