import type { Command } from 'commander'
import { type Environment, findEnvironment } from '../client/plan-resources.ts'
import type { Context } from '../context.ts'
import { confirm } from '../output/confirm.ts'
import type { Shown } from '../output/writer.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface EnvironmentOptions extends SessionOptions {
  readonly name?: string
  readonly region?: string
  readonly namespace?: string
}

const SHOWN: Shown<Environment> = {
  key: ({ id }) => id,
  fields: [
    { title: 'Name', value: ({ name }) => name },
    { title: 'Region', value: ({ region }) => region },
    { title: 'Namespace', value: ({ namespace }) => namespace },
    { title: 'Id', value: ({ id }) => id },
  ],
}

export function addEnvironmentCommands(program: Command, context: Context): void {
  const noun = program
    .command('environment')
    .alias('env')
    .summary('say where databases can go')
    .description('Environments: a region’s hosts, and a namespace there, by a name such as dev or prod.')
    .addHelpText(
      'after',
      `
Examples:
  $ croft environment create staging --region eu-central-1
  $ croft plan update postgres-small --environment dev staging prod`,
    )

  addSessionOptions(noun.command('list').alias('ls').description('List environments.')).action(
    async (options: SessionOptions) => {
      const { api, writer } = openSession(context, options)
      writer.list(await api.list<Environment>('/environments'), { ...SHOWN, empty: 'No environments.' })
    },
  )

  addSessionOptions(noun.command('create <name>').description('Create an environment.'))
    .requiredOption('--region <region>', 'whose hosts get the databases')
    .option('--namespace <namespace>', 'a namespace there (default: the name)')
    .action(async (name: string, options: EnvironmentOptions) => {
      const { api, writer } = openSession(context, options, 'platform')
      const { region, namespace = name } = options
      writer.record(await api.post<Environment>('/environments', { name, region, namespace }), SHOWN)
    })

  addSessionOptions(
    noun
      .command('update <environment>')
      .description('Change an environment; where it is only while no database is in it.'),
  )
    .option('--name <name>', 'what it is called from now on')
    .option('--region <region>', 'whose hosts get the databases')
    .option('--namespace <namespace>', 'a namespace there')
    .action(async (which: string, options: EnvironmentOptions) => {
      const { api, writer } = openSession(context, options, 'platform')
      const { id } = await findEnvironment(api, which)
      const { name, region, namespace } = options
      // What is not given does not become part of the JSON.
      writer.record(await api.patch<Environment>(`/environments/${id}`, { name, region, namespace }), SHOWN)
    })

  addSessionOptions(
    noun
      .command('delete <environment>')
      .alias('rm')
      .description('Delete an environment that no database is in. Plans go on without it.'),
  )
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: SessionOptions & { yes?: boolean }) => {
      const { api, writer } = openSession(context, options, 'platform')
      const environment = await findEnvironment(api, name)
      await confirm(context, `Delete the environment ${environment.name}?`, options.yes ?? false)
      await api.remove(`/environments/${environment.id}`)
      writer.note(`Deleted ${environment.name}.`)
    })
}
