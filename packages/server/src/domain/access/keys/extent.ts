import { CroftError } from '../../../platform/errors/index.ts'

/** Rules of one key or one workspace, one for each subject. */
const MOST_RULES = 1000
/** Characters of all of them as JSON: they are kept in memory, and evaluated with every request. */
const MOST_CHARACTERS = 262_144
/** States of all their regular expressions: compiling so many takes 50 ms. */
const MOST_STATES = 20_000

/** How much the rules that were looked at so far come to. */
export interface Extent {
  rules: number
  characters: number
  states: number
}

export const newExtent = (): Extent => ({ rules: 0, characters: 0, states: 0 })

const tooMuch = (message: string) => new CroftError('rules-invalid', message)

/** Counts a rule before it is made into one for each of its subjects. Throws `rules-invalid`. */
export function countRule(extent: Extent, rule: object, subjects: number): void {
  extent.rules += subjects
  extent.characters += subjects * JSON.stringify({ ...rule, subject: '' }).length
  if (extent.rules > MOST_RULES) throw tooMuch(`There may be ${MOST_RULES} rules, one for each subject.`)
  if (extent.characters > MOST_CHARACTERS) {
    throw tooMuch(`Rules may have ${MOST_CHARACTERS} characters in all, counted for each subject.`)
  }
}

/** Counts a regular expression that was compiled; false when they are too much by now. */
export function countStates(extent: Extent, states: number): boolean {
  extent.states += states
  return extent.states <= MOST_STATES
}
