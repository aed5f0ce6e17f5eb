import type { Body } from './body.ts'
import { newState } from './state.ts'
import type { StateFile } from './state-file.ts'
import { within } from './within.ts'

/** Sessions that do not end in time are ended by their server's stop, in ms. */
const SESSIONS_MS = 500
/** What is not archived within so long is lost with the server, in ms. */
const ARCHIVE_MS = 10_000

/** Removes directories that no longer serve. */
export async function cleanLeftovers(body: Body): Promise<void> {
  // First the file stops naming them as what serves, then they go, then it forgets them.
  await body.patch({})
  const slots = body.state.leftovers
  for (const slot of slots) await body.host.slots.remove(slot)
  await body.patch({ leftovers: body.state.leftovers.filter((slot) => !slots.includes(slot)) })
}

/** Stops the server and removes everything of the instance. True when it is not wanted again meanwhile. */
export async function removeInstance(body: Body, openFile: () => StateFile): Promise<boolean> {
  const { host, id } = body
  // The wish is on disk before anything goes: a start in between must not serve half a directory.
  await body.patch({})
  await within(host.clock, SESSIONS_MS, host.sessions.close(id, 'the database was deleted'))
  // A deleted database can be brought back to its last commit.
  await body.archive.flushLast(ARCHIVE_MS)
  const lastArchive = body.archive.observeLast()
  await body.current?.close('at-once')
  body.current = null
  const { leftovers, served } = body.state
  for (const slot of served ? [...leftovers, served.slot] : leftovers) await host.slots.remove(slot)
  await body.file.remove()
  body.ownPort.release()
  if (body.state.desired.presence === 'present') {
    body.file = openFile()
    body.state = newState(body.state.desired)
    return false
  }
  body.gone = true
  body.lastArchive = lastArchive
  body.publish()
  body.turn()
  return true
}
