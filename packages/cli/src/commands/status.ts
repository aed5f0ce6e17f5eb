import type { Command } from 'commander'
import type { Database, Target } from '../client/resources.ts'
import type { Context } from '../context.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface Status {
  readonly url: string
  readonly targets: readonly Target[]
  readonly databases: number
  readonly awake: number
  readonly failed: number
}

const connected = (target: Target) =>
  target.connected === undefined ? target.name : `${target.name} (${target.connected ? 'connected' : 'away'})`

export function addStatusCommand(program: Command, context: Context): void {
  addSessionOptions(
    program
      .command('status')
      .summary('show whether Croft runs, and what on it')
      .description('Show whether Croft runs, its targets and its databases.'),
  ).action(async (options: SessionOptions) => {
    const { api, writer } = openSession(context, options)
    const [targets, databases] = await Promise.all([
      api.list<Target>('/targets'),
      api.list<Database>('/databases'),
    ])
    const status: Status = {
      url: api.connection.url,
      targets,
      databases: databases.length,
      awake: databases.filter((database) => database.power === 'running').length,
      failed: databases.filter((database) => database.state === 'failed').length,
    }
    writer.record(status, {
      key: ({ url }) => url,
      fields: [
        { title: 'Croft', value: ({ url }) => `runs at ${url}` },
        { title: 'Targets', value: (all) => all.targets.map(connected).join(', ') },
        {
          title: 'Databases',
          value: (all) =>
            `${all.databases}, ${all.awake} awake${all.failed > 0 ? `, ${all.failed} failed` : ''}`,
        },
      ],
    })
  })
}
