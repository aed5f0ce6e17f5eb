import type { Api } from './api.ts'
import { onlyOne } from './only-one.ts'

/** What can be ordered. */
export interface Plan {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly engine: string
  readonly version: string | null
  readonly size: string
  readonly isActive: boolean
  readonly isDefault: boolean
  readonly environmentIds: readonly string[]
}

/** Where databases go. */
export interface Environment {
  readonly id: string
  readonly name: string
  readonly region: string
  readonly namespace: string
}

/** The plan that a name or id on the command line means. */
export const findPlan = async (api: Api, nameOrId: string): Promise<Plan> =>
  onlyOne(await api.list<Plan>('/plans'), nameOrId, 'plan')

/** The environment that a name or id on the command line means. */
export const findEnvironment = async (api: Api, nameOrId: string): Promise<Environment> =>
  onlyOne(await api.list<Environment>('/environments'), nameOrId, 'environment')
