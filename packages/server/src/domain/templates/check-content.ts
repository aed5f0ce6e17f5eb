import { CroftError } from '../../platform/errors/index.ts'
import { findKnown } from '../catalogue/index.ts'
import { checkConfiguration } from './check-configuration.ts'
import { checkResources } from './check-resources.ts'
import { checkStorage, type GivenStorage } from './check-storage.ts'
import type { ConfigurationContent, ResourcesContent, TemplateContents, TemplateKind } from './template.ts'

/** What a template may be written with, before it is checked. */
export interface GivenContents {
  readonly configuration: ConfigurationContent
  readonly resources: ResourcesContent
  readonly storage: GivenStorage
}

/** By kind: the content as it is stored, or `not-applicable`. */
export const CHECKS: {
  readonly [Kind in TemplateKind]: (
    dataServiceId: string | null,
    given: GivenContents[Kind],
  ) => TemplateContents[Kind]
} = {
  configuration(dataServiceId, given) {
    checkConfiguration(dataServiceId, given)
    return given
  },
  resources(_of, given) {
    checkResources(given)
    return given
  },
  storage: (_of, given) => checkStorage(given),
}

/** The data service of a new template, as it is stored. Throws `not-applicable`. */
export function checkDataService(kind: TemplateKind, id: string | null): string | null {
  if (kind === 'storage') return null
  if (id !== null && findKnown(id)) return id.toLowerCase()
  throw new CroftError('not-applicable', 'There is no data service with this id.', {
    fields: [{ path: '/dataServiceId', message: 'must be the id of a data service' }],
  })
}
