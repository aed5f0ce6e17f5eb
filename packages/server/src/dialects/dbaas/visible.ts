import type { Call } from '../../domain/access/index.ts'
import { UNASSIGNED } from '../../domain/projects/index.ts'
import { CroftError } from '../../platform/errors/index.ts'
import type { DbaasDeps } from './deps.ts'
import type { Kind } from './endpoint.ts'
import { findByNumber } from './numbers.ts'

/** What a hyperlink in a body leads to, if the caller can see that: else it does not exist. */
export function visible(
  deps: DbaasDeps,
  call: Call,
  kind: Extract<Kind, 'plan' | 'environment' | 'project' | 'database'>,
) {
  const sees = async (id: string): Promise<boolean> => {
    switch (kind) {
      case 'plan':
        return (await deps.plans.getPlan(call, id)) !== undefined
      case 'environment':
        return (await deps.environments.getEnvironment(call, id)) !== undefined
      case 'project':
        return (await deps.tenancy.getProject(call, id)).logicalId !== UNASSIGNED
      case 'database':
        return (await deps.databases.getDatabase(call, id, 'read', { quarantined: 'any' })) !== undefined
    }
  }
  return async (number: string): Promise<string | null> => {
    const id = await findByNumber(deps.aliases, kind, number)
    if (id === null) return null
    try {
      return (await sees(id)) ? id : null
    } catch (error) {
      if (error instanceof CroftError && error.code.endsWith('-not-found')) return null
      throw error
    }
  }
}
