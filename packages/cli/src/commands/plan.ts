import { type Command, Option } from 'commander'
import type { Api } from '../client/api.ts'
import { onlyOne } from '../client/only-one.ts'
import { type Environment, findPlan, type Plan } from '../client/plan-resources.ts'
import type { Context } from '../context.ts'
import { confirm } from '../output/confirm.ts'
import type { Shown } from '../output/writer.ts'
import { addSessionOptions, openSession, type SessionOptions } from './session.ts'

interface PlanOptions extends SessionOptions {
  readonly engineVersion?: string
  readonly size?: string
  readonly description?: string
  readonly environment?: readonly string[]
  readonly default?: true
  readonly name?: string
  readonly on?: true
  readonly off?: true
}

/** How plans are shown, with the names of their environments. */
function shown(environments: readonly Environment[]): Shown<Plan> {
  const nameOf = (id: string) => environments.find((each) => each.id === id)?.name ?? id
  const names = ({ environmentIds }: Plan) => environmentIds.map(nameOf).join(', ')
  return {
    key: ({ id }) => id,
    fields: [
      { title: 'Name', value: ({ name }) => name },
      {
        title: 'Engine',
        value: ({ engine, version }) => (version === null ? engine : `${engine} ${version}`),
      },
      { title: 'Size', value: ({ size }) => size },
      { title: 'Environments', value: names },
      { title: 'On', value: ({ isActive }) => (isActive ? 'yes' : 'no') },
      { title: 'Default', value: ({ isDefault }) => (isDefault ? 'yes' : 'no') },
      { title: 'Id', value: ({ id }) => id },
    ],
  }
}

const environmentsOf = (api: Api) => api.list<Environment>('/environments')

function bodyOf(options: PlanOptions, environments: readonly Environment[]) {
  const { name, size, description, engineVersion: version, environment } = options
  return {
    ...(name === undefined ? {} : { name }),
    ...(size === undefined ? {} : { size }),
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version: version === 'newest' ? null : version }),
    ...(options.default ? { isDefault: true } : {}),
    ...(options.on || options.off ? { isActive: options.on === true } : {}),
    ...(environment === undefined
      ? {}
      : { environmentIds: environment.map((each) => onlyOne(environments, each, 'environment').id) }),
  }
}

const addPlanOptions = (command: Command) =>
  addSessionOptions(command)
    .option('--engine-version <version>', 'such as 18; "newest" is the newest that is installed')
    .option('--description <text>', 'for who chooses')
    .option('--environment <name...>', 'where it can be ordered (default: everywhere)')
    .option('--default', 'make it the default of its engine')

export function addPlanCommands(program: Command, context: Context): void {
  const noun = program
    .command('plan')
    .summary('say what can be ordered')
    .description('Plans: an engine and a size, in some environments.')
    .addHelpText(
      'after',
      `
Examples:
  $ croft plan list
  $ croft plan create mysql-large --engine mariadb --size large --environment prod
  $ croft plan update mysql-large --default`,
    )

  addSessionOptions(noun.command('list').alias('ls').description('List plans.')).action(
    async (options: SessionOptions) => {
      const { api, writer } = openSession(context, options)
      const all = await api.list<Plan>('/plans')
      const empty = 'No plans yet: each engine gets one when a host has it.'
      writer.list(all, { ...shown(await environmentsOf(api)), empty })
    },
  )

  addPlanOptions(noun.command('create <name>').description('Create a plan.'))
    .requiredOption('--engine <engine>', 'such as postgres, mariadb or redis')
    .requiredOption('--size <size>', 'such as nano, small or medium')
    .action(async (name: string, options: PlanOptions & { engine: string }) => {
      const { api, writer } = openSession(context, options, 'platform')
      const environments = await environmentsOf(api)
      const body = { ...bodyOf(options, environments), name, engine: options.engine }
      writer.record(await api.post<Plan>('/plans', body), shown(environments))
    })

  addPlanOptions(
    noun
      .command('update <plan>')
      .description('Change a plan. Databases that it was used for stay as they are.'),
  )
    .option('--name <name>', 'what it is called from now on')
    .option('--size <size>', 'such as nano, small or medium')
    .addOption(new Option('--on', 'let it be ordered').conflicts('off'))
    .addOption(new Option('--off', 'let it be ordered no more'))
    .action(async (name: string, options: PlanOptions) => {
      const { api, writer } = openSession(context, options, 'platform')
      const environments = await environmentsOf(api)
      const { id } = await findPlan(api, name)
      const changed = await api.patch<Plan>(`/plans/${id}`, bodyOf(options, environments))
      writer.record(changed, shown(environments))
    })

  addSessionOptions(
    noun.command('delete <plan>').alias('rm').description('Delete a plan that no database was made with.'),
  )
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: SessionOptions & { yes?: boolean }) => {
      const { api, writer } = openSession(context, options, 'platform')
      const plan = await findPlan(api, name)
      await confirm(context, `Delete the plan ${plan.name}?`, options.yes ?? false)
      await api.remove(`/plans/${plan.id}`)
      writer.note(`Deleted ${plan.name}.`)
    })
}
