import type { Db } from '../../platform/db/connect.ts'
import type { Call } from '../access/index.ts'
import type { SortedPageRequest } from '../sorted-page.ts'
import { createTemplate, type NewTemplate } from './create-template.ts'
import { deleteTemplate } from './delete-template.ts'
import { listPolicySamples, listSamples } from './list-samples.ts'
import { listTemplates, type TemplateFilter } from './list-templates.ts'
import { getTemplate, type WhichTemplate } from './read-templates.ts'
import type { TemplateKind } from './template.ts'
import { type TemplateChanges, updateTemplate } from './update-template.ts'

export { checkConfiguration } from './check-configuration.ts'
export { checkResources } from './check-resources.ts'
export { USUAL_STORAGE } from './check-storage.ts'
export type { PolicySample } from './policy-samples.ts'
export { parseQuantity } from './quantity.ts'
export { requireTemplate } from './read-templates.ts'
export { SAMPLES_AT, SAMPLES_VERSION, type Sample } from './samples.ts'
export { seedTemplates } from './seed-templates.ts'
export type {
  ConfigItem,
  ConfigurationContent,
  ResourcesContent,
  StorageContent,
  Template,
  TemplateContents,
  TemplateKind,
} from './template.ts'

/** What deployments are ordered by: settings of an engine, resources, and how they are stored. */
export function createTemplates({ db }: { db: Db }) {
  return {
    listTemplates: <Kind extends TemplateKind>(
      call: Call,
      filter: TemplateFilter<Kind>,
      page: SortedPageRequest,
    ) => listTemplates(db, call, filter, page),
    getTemplate: <Kind extends TemplateKind>(call: Call, which: WhichTemplate<Kind>) =>
      getTemplate(db, call, which),
    createTemplate: <Kind extends TemplateKind>(call: Call, input: NewTemplate<Kind>) =>
      createTemplate(db, call, input),
    updateTemplate: <Kind extends TemplateKind>(
      call: Call,
      which: WhichTemplate<Kind>,
      changes: TemplateChanges<Kind>,
    ) => updateTemplate(db, call, which, changes),
    deleteTemplate: (call: Call, which: WhichTemplate<TemplateKind>) => deleteTemplate(db, call, which),
    listSamples: <Kind extends TemplateKind>(
      call: Call,
      which: { readonly kind: Kind; readonly dataServiceId?: string | undefined },
    ) => listSamples(call, which),
    listPolicySamples: (call: Call) => listPolicySamples(call),
  }
}
export type Templates = ReturnType<typeof createTemplates>
