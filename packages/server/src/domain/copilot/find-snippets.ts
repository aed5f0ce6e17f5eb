import { sql } from 'kysely'
import type { Executor } from '../../platform/db/connect.ts'
import type { Snippet } from './snippet.ts'

/** So many answers at most, and none that fits half as well as the best. */
const MOST = 3
const CLOSE = 0.6

/** Without marks, between which the parser would see paths and host names. */
const wordsOf = (question: string): string => (question.match(/[\p{L}\p{N}_]+/gu) ?? []).join(' ')

/**
 * The snippets that a question is about, the best first, by PostgreSQL's full-text search; none for what is no question
 * of the kind. A word counts the more the fewer snippets have it, and twice if it is in the title. A few dozen short
 * texts: cheaper to send along than to keep in a table.
 */
export async function findSnippets(
  db: Executor,
  snippets: readonly Snippet[],
  question: string,
): Promise<readonly Snippet[]> {
  const entries = snippets.map(({ title, keywords }, at) => ({ at, title, keywords }))
  const { rows } = await sql<{ at: number; rank: number }>`
    with asked as (select lexeme from unnest(to_tsvector('english', ${wordsOf(question)}))),
    known as (
      select at, to_tsvector('english', keywords) as subject, to_tsvector('english', title) as title
      from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as entry(at int, title text, keywords text)),
    found as (
      select at, lexeme, case when lexeme = any(tsvector_to_array(title)) then 2.0 else 1.0 end as worth
      from known cross join lateral unnest(subject) join asked using (lexeme)),
    weighed as (select at, worth / count(*) over (partition by lexeme) as weight from found)
    select at, sum(weight)::float8 as rank from weighed group by at order by rank desc, at limit ${MOST}`.execute(
    db,
  )
  const best = rows[0]?.rank ?? 0
  return rows.flatMap(({ at, rank }) => (rank >= best * CLOSE ? (snippets[at] ?? []) : []))
}
