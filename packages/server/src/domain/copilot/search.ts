import type { Logger } from 'pino'
import type { Db } from '../../platform/db/connect.ts'
import { CroftError } from '../../platform/errors/index.ts'
import { authorize, type Call } from '../access/index.ts'
import { findKnown } from '../catalogue/index.ts'
import { askModel, type Model } from './ask-model.ts'
import { findSnippets } from './find-snippets.ts'
import { fillNames } from './name-in-question.ts'
import { allSnippets, GENERAL, snippetsOf } from './snippets/index.ts'

export interface CopilotDeps {
  readonly db: Db
  readonly log: Pick<Logger, 'warn'>
  /** Null: answers are Croft's own. */
  readonly model: Model | null
}

export interface Search {
  /** Of the catalogue; of all when absent. */
  readonly dataServiceId?: string | undefined
  readonly query: string
}

const LONGEST_QUERY = 2000

const noQuestion = () =>
  new CroftError('not-applicable', 'The query is not a question about the data service.', {
    hint: 'Ask how to do something, such as "how to list all records of table employee".',
  })

function checkQuery(query: string): string {
  const text = query.trim()
  if (text === '') throw noQuestion()
  if (text.length <= LONGEST_QUERY) return text
  const message = `must have at most ${LONGEST_QUERY} characters`
  throw new CroftError('invalid-input', `The query ${message}.`, { fields: [{ path: '/query', message }] })
}

/** The data service that is asked of. Throws `not-applicable`. */
function serviceOf(id: string | undefined) {
  if (id === undefined) return null
  const service = findKnown(id)
  if (service) return service
  throw new CroftError('not-applicable', 'There is no data service with this id.', {
    fields: [{ path: '/data_service_id', message: 'must be the id of a data service' }],
  })
}

/** Answers a how-to question, in Markdown. Throws `not-applicable` for what is none, `invalid-input`. */
export async function searchCopilot(
  { db, log, model }: CopilotDeps,
  { principal }: Call,
  { dataServiceId, query }: Search,
): Promise<string> {
  authorize(principal, 'read', 'regions', {})
  const text = checkQuery(query)
  const service = serviceOf(dataServiceId)
  const own = service ? snippetsOf(service.shortName) : allSnippets()
  const found = await findSnippets(db, own, text)
  const chosen = found.length > 0 ? found : await findSnippets(db, GENERAL, text)
  const known = chosen
    .map((snippet) => `### ${snippet.title}\n\n${fillNames(snippet.text, text)}`)
    .join('\n\n')
  if (model !== null) {
    try {
      const answer = await askModel(model, { about: service?.name ?? null, text, known })
      if (answer === null) throw noQuestion()
      return answer
    } catch (error) {
      if (error instanceof CroftError) throw error
      log.warn({ err: error }, 'the model of the copilot does not answer; its own answer is given')
    }
  }
  if (known === '') throw noQuestion()
  return known
}
