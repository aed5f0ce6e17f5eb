import type { VerifyStep } from '../client/resources.ts'
import { CliFault } from '../fault.ts'
import type { Session } from './session.ts'

/** Walks the whole chain, says how far it is, and fails at the first place that is not what it was. */
export async function verifyEvents(
  { api, writer, step }: Session,
  expect: string | undefined,
): Promise<void> {
  const progress = step('Verifying the trail')
  let checked = 0
  let last: VerifyStep | undefined
  try {
    do {
      last = await api.get<VerifyStep>('/events/verify', { expect, after: last?.next ?? undefined })
      checked += last.checked
      progress.update(`${checked} of about ${2 * last.links}`)
    } while (last.next !== null)
  } catch (error) {
    progress.fail()
    throw error
  }
  const { fault, head, links } = last
  const result = { ok: fault === null, links, head, fault }
  const shown = { key: () => head, fields: [{ title: 'Head', value: () => head }] }
  if (fault === null) {
    progress.done(`The trail is whole: ${links} events are in the chain`)
    writer.record(result, shown)
    writer.note(
      `Keep the head elsewhere; the next time, check against it: croft events verify --expect ${head}`,
    )
    return
  }
  progress.fail('The trail was tampered with')
  if (writer.options.output === 'json') writer.record(result, shown)
  const where = fault.sequence === null ? '' : ` at link ${fault.sequence}`
  const event = fault.eventId === null ? '' : ` (event ${fault.eventId})`
  throw new CliFault(`${fault.kind}${where}${event}: ${fault.message}`, {
    hint: 'Compare with an export or a backup of the metadata from before.',
  })
}
