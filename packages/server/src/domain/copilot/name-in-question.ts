/** Words beside "table" that name none. */
const NO_NAMES = new Set(
  `a about after all also an and any are as at be before between by called can column columns create data delete describe do does drop each every
  existing first for from get has have how i if in insert into is it key large last like list many me my name named names
  new of on one or our own per read record records remove rename row rows second select show size that the their there
  this to two until update using was what where which with without you your`.split(/\s+/),
)

const MARK = '["\'`]?'
const NAME = `${MARK}\\b([A-Za-z_]\\w*(?:[.-]\\w+)*)${MARK}`
const LONGEST_NAME = 63

/** The name that a question gives to a thing of a kind: "employee" in "list table employee" and "the employee table". */
export function nameInQuestion(question: string, noun: string): string | null {
  const behind = new RegExp(`\\b${noun}s?\\s+(?:(?:named|called)\\s+)?${NAME}`, 'gi')
  const before = new RegExp(`${NAME}\\s+${noun}\\b`, 'gi')
  for (const [, found] of [...question.matchAll(behind), ...question.matchAll(before)]) {
    if (found && found.length <= LONGEST_NAME && !NO_NAMES.has(found.toLowerCase())) return found
  }
  return null
}

/** A snippet's text with the names that the question gives; where it gives none, with "my_table" and the like. */
export function fillNames(text: string, question: string): string {
  return text.replaceAll(
    /\{(table|collection|topic|queue|index|key|bucket|service)\}/g,
    (_, noun: string) => nameInQuestion(question, noun) ?? `my_${noun}`,
  )
}
