import { call } from '../api.ts'
import { pick, type Step } from '../world.ts'

/** A new password; sessions with the old one end, and the writer goes on with the new one. */
export const rotate: Step = async (world) => {
  const subject = pick(world, world.subjects)
  if (!subject) return null
  const { connectionString } = await call<{ connectionString: string }>(
    world,
    200,
    'POST',
    `/credentials/${subject.credentialId}/rotate`,
  )
  subject.writer.connectionString = connectionString
  return subject.name
}
