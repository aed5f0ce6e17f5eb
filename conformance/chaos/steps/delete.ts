import { call, isGone } from '../api.ts'
import { Violation } from '../violation.ts'
import { pick, type Step } from '../world.ts'

export const remove: Step = async (world) => {
  if (world.subjects.length < 2) return null
  const subject = pick(world, world.subjects)
  if (!subject) return null
  world.subjects.splice(world.subjects.indexOf(subject), 1)
  await subject.writer.stop()
  await call(world, 204, 'DELETE', `/databases/${subject.id}`)
  if (!(await isGone(world, subject.id))) throw new Violation(`${subject.name} is deleted and still shown`)
  return subject.name
}
