import { readQuantity } from './quantity.ts'
import { type ContentFault, refuseContent } from './refuse-content.ts'
import type { ResourcesContent } from './template.ts'

const FIELDS = ['cpuRequest', 'cpuLimit', 'memoryRequest', 'memoryLimit', 'storageRequest'] as const
const LIMITED = [
  ['cpuRequest', 'cpuLimit'],
  ['memoryRequest', 'memoryLimit'],
] as const

/** Every one a quantity above zero, and none requests more than its limit. Throws `not-applicable`. */
export function checkResources(content: ResourcesContent): void {
  const values = new Map(FIELDS.map((field) => [field, readQuantity(content[field])]))
  const faults: ContentFault[] = FIELDS.filter((field) => !values.get(field)).map((field) => ({
    path: `/${field}`,
    message: 'must be a quantity above zero, such as 500m, 1500M or 2Gi',
  }))
  for (const [request, limit] of LIMITED) {
    const [wanted, most] = [values.get(request), values.get(limit)]
    if (wanted && most && wanted > most) {
      faults.push({ path: `/${request}`, message: `must not be above the limit, ${content[limit]}` })
    }
  }
  refuseContent('resource settings', faults)
}
