import { imageOf } from '../catalogue/index.ts'
import { USUAL_STORAGE } from './check-storage.ts'
import type { ResourcesContent, Template, TemplateKind } from './template.ts'

/** A template that every new workspace gets a copy of. */
export type Sample<Kind extends TemplateKind = TemplateKind> = Pick<
  Template<Kind>,
  'name' | 'dataServiceId' | 'content'
>

/** When the samples last changed, and how often they have. */
export const SAMPLES_AT = new Date('2026-11-22T00:00:00Z')
export const SAMPLES_VERSION = 1

const RESOURCES: Readonly<Record<'Small' | 'Medium', ResourcesContent>> = {
  Small: {
    ...{ cpuRequest: '0.5', cpuLimit: '1', memoryRequest: '512Mi', memoryLimit: '1Gi' },
    storageRequest: '5Gi',
  },
  Medium: {
    ...{ cpuRequest: '1', cpuLimit: '2', memoryRequest: '2Gi', memoryLimit: '4Gi' },
    storageRequest: '20Gi',
  },
}

/** Settings that help most applications, in the engine's own words. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  postgres: { work_mem: '8MB', idle_in_transaction_session_timeout: '10min', random_page_cost: '1.1' },
  mariadb: { max_allowed_packet: '64M', innodb_lock_wait_timeout: '30', long_query_time: '1' },
  redis: { 'maxmemory-policy': 'noeviction', 'slowlog-log-slower-than': '10000' },
}

// The version matters to the image only.
const dataServiceOf = (engine: string): string => imageOf(engine, '').dataServiceId

const configurationOf = ([engine, settings]: [string, Readonly<Record<string, string>>]) => ({
  name: 'Default',
  dataServiceId: dataServiceOf(engine),
  content: { items: Object.entries(settings).map(([key, value]) => ({ key, value, deployTime: false })) },
})

const resourcesOf = (engine: string) =>
  Object.entries(RESOURCES).map(([name, content]) => ({
    ...{ name, content },
    dataServiceId: dataServiceOf(engine),
  }))

export const SAMPLES: { readonly [Kind in TemplateKind]: readonly Sample<Kind>[] } = {
  configuration: Object.entries(SETTINGS).map(configurationOf),
  resources: Object.keys(SETTINGS).flatMap(resourcesOf),
  storage: [
    { name: 'Default', dataServiceId: null, content: USUAL_STORAGE },
    {
      name: 'Volume replication (best-effort spread)',
      dataServiceId: null,
      content: { ...USUAL_STORAGE, repl: 2 },
    },
  ],
}
