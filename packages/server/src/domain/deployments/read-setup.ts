import { isDeepStrictEqual } from 'node:util'
import type { Executor } from '../../platform/db/connect.ts'
import type { DatabaseOverrides } from '../../platform/db/tables.ts'
import type { DataService } from '../catalogue/index.ts'
import type { OverrideChanges } from '../databases/index.ts'
import {
  checkConfiguration,
  parseQuantity,
  type ResourcesContent,
  requireTemplate,
  type StorageContent,
} from '../templates/index.ts'
import { refuse } from './check-wish.ts'
import type { DeploymentSetup, TemplateChoice } from './deployment-wish.ts'

/** What is written down of how a deployment is set up. */
export interface Setup {
  readonly configuration: Readonly<Record<string, string>>
  readonly resources: Partial<ResourcesContent>
  readonly storageOptions: Partial<StorageContent>
}

export const EMPTY_SETUP: Setup = { configuration: {}, resources: {}, storageOptions: {} }

/**
 * What the templates say, over what there is already: settings of a template replace those before, and what is given in
 * place of some wins. Throws `not-applicable` for templates of elsewhere or of another data service, settings that the
 * engine does not take, and values that somebody has to give and did not.
 */
export async function readSetup(
  executor: Executor,
  workspaceId: string,
  dataService: Pick<DataService, 'id' | 'name'>,
  { configuration, resources, storage, overrides = {} }: TemplateChoice,
  before: Setup = EMPTY_SETUP,
): Promise<Setup> {
  const find = <Kind extends 'configuration' | 'resources' | 'storage'>(
    kind: Kind,
    id: string | undefined,
  ) => (id === undefined ? undefined : requireTemplate(executor, { workspaceId, kind, id }))
  const settings = await find('configuration', configuration)
  const sizes = await find('resources', resources)
  const options = await find('storage', storage)
  for (const [field, template] of [
    ['application_configuration_template_id', settings],
    ['resource_settings_template_id', sizes],
  ] as const) {
    if (!template || template.dataServiceId === null || template.dataServiceId === dataService.id) continue
    refuse(field, `The template ${template.name} is of another data service than ${dataService.name}.`)
  }
  const items = settings?.content.items
  const missing = items?.find(
    ({ key, deployTime }) =>
      deployTime && !Object.hasOwn(overrides, key) && !Object.hasOwn(before.configuration, key),
  )
  if (missing) {
    refuse(
      'application_configuration_overrides',
      `The template wants a value of ${missing.key} from whoever deploys.`,
      `Give it in application_configuration_overrides.`,
    )
  }
  const kept = (items ?? []).filter(({ deployTime }) => deployTime)
  const merged = {
    ...(items
      ? {
          ...Object.fromEntries(items.map(({ key, value }) => [key, value])),
          ...Object.fromEntries(
            kept.flatMap(({ key }) =>
              Object.hasOwn(before.configuration, key) ? [[key, before.configuration[key] ?? '']] : [],
            ),
          ),
        }
      : before.configuration),
    ...overrides,
  }
  checkConfiguration(dataService.id, {
    items: Object.entries(merged).map(([key, value]) => ({ key, value, deployTime: false })),
  })
  return {
    configuration: merged,
    resources: sizes?.content ?? before.resources,
    storageOptions: options?.content ?? before.storageOptions,
  }
}

/** What another deployment had, as it was checked then. */
export const setupOf = ({
  configuration = {},
  resources = {},
  storageOptions = {},
}: DeploymentSetup): Setup => ({
  configuration,
  resources: resources as Partial<ResourcesContent>,
  storageOptions: storageOptions as Partial<StorageContent>,
})

const MB = 2 ** 20

/** What a database of this setup has in place of its size's. */
export function overridesOf({ configuration, resources }: Setup): DatabaseOverrides {
  const { cpuLimit, memoryLimit, storageRequest } = resources
  return {
    ...(memoryLimit === undefined
      ? {}
      : { memoryMb: Math.max(1, Math.floor(parseQuantity(memoryLimit) / MB)) }),
    ...(cpuLimit === undefined ? {} : { cpus: parseQuantity(cpuLimit) }),
    ...(storageRequest === undefined ? {} : { storageBytes: Math.floor(parseQuantity(storageRequest)) }),
    ...(Object.keys(configuration).length === 0 ? {} : { settings: configuration }),
  }
}

/** What changes of it when the setup does; what was chosen through other APIs stays, and null goes back to the size's. */
export function overrideChanges(before: Setup, after: Setup): OverrideChanges {
  const [was, wanted] = [overridesOf(before), overridesOf(after)]
  const names = ['memoryMb', 'cpus', 'storageBytes', 'settings'] as const
  const changed = names.filter((name) => !isDeepStrictEqual(was[name], wanted[name]))
  return Object.fromEntries(changed.map((name) => [name, wanted[name] ?? null]))
}

/** The largest size that needs no more memory, which decides what the overrides do not: connections, above all. */
export async function sizeFor(
  executor: Executor,
  { memoryMb }: DatabaseOverrides,
): Promise<string | undefined> {
  if (memoryMb === undefined) return undefined
  const sizes = await executor.selectFrom('sizes').select(['id', 'memory_mb']).orderBy('position').execute()
  return (sizes.findLast((size) => size.memory_mb <= memoryMb) ?? sizes[0])?.id
}
