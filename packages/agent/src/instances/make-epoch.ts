import type { DesiredInstance } from '@croft/protocol'
import { AgentFault, toFault } from '../fault.ts'
import { applyNewest } from './apply-roles.ts'
import type { Body } from './body.ts'
import { noteStarted } from './choose-resources.ts'
import { rolesFingerprint } from './fingerprint.ts'
import { limitServer } from './limit-server.ts'
import { type MakeDataOptions, makeData } from './make-data.ts'
import type { Power } from './power.ts'
import type { InstanceState } from './state.ts'
import { tellDamage } from './tell-damage.ts'
import { within } from './within.ts'

/** A first epoch that met what may pass is made again after so long, in ms. */
const MAKE_AGAIN_MS = 10_000
/** Progress of a copy is told at most so often, in ms. */
const TELL_MS = 1000
/** Sessions of the old data that do not end in time are ended by their server's stop, in ms. */
const SESSIONS_MS = 1000
/** And what of the old data is not archived within so long is not waited for, in ms: a busy host needs a while. */
const ARCHIVE_MS = 10_000

/** The third pause between them is 2 s. */
const FIRST_STARTS = 4

const LOST = 'The data of this database is not on its host any more; restore it from a backup.'

export interface MakeEpochOptions {
  readonly body: Body
  readonly epoch: number
  readonly holdSource: MakeDataOptions['holdSource']
  openPower(slot: string, version: string): Power
}

/**
 * Makes the data of an epoch beside what serves, starts a server on it and lets it serve once it has answered.
 * A failure is noted in the state, never thrown: the epoch is not tried again and the old data goes on.
 */
export async function makeEpoch(options: MakeEpochOptions): Promise<void> {
  const { body, epoch } = options
  const controller = new AbortController()
  const { signal } = controller
  body.making = { epoch, controller, progress: null }
  let slot: string | null = null
  let power: Power | null = null
  try {
    const { desired } = body.state
    if (epoch <= desired.settledEpoch) throw new AgentFault('data-lost', LOST)
    const { holdSource } = options
    // Without one there is no use in the data; that it is on disk is waited for below.
    if (desired.ownPort) await body.ownPort.ensure()
    const onProgress = tellProgress(body)
    const made = await makeData({ desired, host: body.host, holdSource, onProgress, signal })
    slot = made.slot
    power = options.openPower(made.slot, made.version)
    if (made.server) {
      noteStarted(body, made.server, desired.resources)
      await limitServer(body, made.server, made.slot)
      tellDamage(body, made.server)
      power.adopt(made.server)
    }
    const applied = await firstAnswer(body, power, signal)
    await (await body.ownPort.ensure()).written
    signal.throwIfAborted()
    await serveFrom(body, { epoch, slot: made.slot, version: made.version }, power, applied)
  } catch (error) {
    const superseded = signal.aborted || body.closing
    if (!superseded) body.log.error({ err: error, epoch }, 'the data of a new epoch could not be made')
    body.retryMake = body.host.clock.now() + MAKE_AGAIN_MS
    await power?.close('at-once').catch((err: unknown) => body.log.error({ err }, 'a server does not stop'))
    // When saving failed half-way the file may name the slot: it goes only after a save that does not.
    await body
      .patch({
        leftovers: slot ? [...body.state.leftovers, slot] : body.state.leftovers,
        failed: superseded ? body.state.failed : { epoch, fault: toFault(error) },
      })
      .catch((err: unknown) => body.log.error({ err }, 'a failure is not saved'))
  } finally {
    body.making = null
    body.publish()
    body.turn()
  }
}

function tellProgress(body: Body): (doneBytes: number, totalBytes: number) => void {
  const { clock } = body.host
  let lastTold = clock.now()
  return (doneBytes, totalBytes) => {
    if (!body.making || clock.now() - lastTold < TELL_MS) return
    lastTold = clock.now()
    body.making.progress = { doneBytes, totalBytes }
    body.publish()
  }
}

/** A server that dies in the pool, or is killed while it starts, gets more starts; the pauses between are the power's. */
async function firstAnswer(body: Body, power: Power, signal: AbortSignal): Promise<DesiredInstance> {
  for (let starts = 1; ; starts++) {
    try {
      return await applyNewest(body, power, signal)
    } catch (error) {
      const died = power.crashed || toFault(error).code === 'server-crashed'
      if (!died || signal.aborted || starts === FIRST_STARTS) throw error
    }
  }
}

/** From here on the new data serves; the old server stops and its data is left to be cleaned. */
async function serveFrom(
  body: Body,
  served: NonNullable<InstanceState['served']>,
  power: Power,
  applied: DesiredInstance,
): Promise<void> {
  const { host, id, log } = body
  const old = body.current
  body.switching = true
  try {
    await nameServed(body, served, applied)
    if (old) {
      await within(host.clock, SESSIONS_MS, host.sessions.close(id, 'the database was restored'))
      // What was written up to now stays restorable.
      await body.archive.flushLast(ARCHIVE_MS)
    }
    // A password changed meanwhile must not open the new data with its old value, not even for a moment.
    if (body.state.desired !== applied && body.state.desired.presence === 'present') {
      await body
        .patch({ rolesMark: null })
        .then(() => applyNewest(body, power))
        .catch((err: unknown) => log.warn({ err }, 'the roles are applied later'))
    }
    body.current = power
  } finally {
    body.switching = false
  }
  body.archive.look()
  body.publish()
  body.turn()
  await old?.close('at-once').catch((err: unknown) => log.error({ err }, 'the old server does not stop'))
}

/** Writes down what serves from now on; takes it back when that fails. */
async function nameServed(
  body: Body,
  served: NonNullable<InstanceState['served']>,
  wish: DesiredInstance,
): Promise<void> {
  const before = body.state
  const leftovers = before.served ? [...before.leftovers, before.served.slot] : before.leftovers
  const rolesMark = rolesFingerprint(wish)
  try {
    await body.patch({ served, applied: wish.revision, rolesMark, failed: null, mark: null, leftovers })
  } catch (error) {
    const { served, applied, rolesMark, mark, leftovers } = before
    body.state = { ...body.state, served, applied, rolesMark, mark, leftovers }
    throw error
  }
}
