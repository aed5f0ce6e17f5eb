import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { isRecord } from '../record.ts'
import { addSessionOptions, openSession, type SessionOptions, withStep } from './session.ts'

export function addKeysCommands(program: Command, context: Context): void {
  const noun = program
    .command('keys')
    .summary('rotate the key that seals secrets')
    .description('The key ring that seals secrets at rest.')
  addSessionOptions(
    noun.command('rotate').description('Add a key to the ring, and seal all stored secrets with it.'),
  ).action(async (options: SessionOptions) => {
    const session = openSession(context, options, 'platform')
    const result = await withStep(
      session.step('Rotating keys'),
      () => session.api.post<unknown>('/keys/rotate', {}),
      () => 'A new key seals secrets from now on; stored ones are sealed anew in the background',
    )
    if (session.writer.options.output === 'json' && isRecord(result))
      session.writer.record(result, { key: () => '', fields: [] })
    session.writer.note('A backup of the metadata needs the key ring of its time.')
  })
}
