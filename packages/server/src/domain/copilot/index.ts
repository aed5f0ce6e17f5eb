import type { Call } from '../access/index.ts'
import { type CopilotDeps, type Search, searchCopilot } from './search.ts'

export type { Model } from './ask-model.ts'

/** Answers how-to questions about data services. */
export function createCopilot(deps: CopilotDeps) {
  return { search: (call: Call, search: Search) => searchCopilot(deps, call, search) }
}
export type Copilot = ReturnType<typeof createCopilot>
