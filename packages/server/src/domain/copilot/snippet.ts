/** One thing that people ask how to do, with what does it. */
export interface Snippet {
  readonly title: string
  /** What questions about it are asked with; one of these must be among a question's words. */
  readonly keywords: string
  /** `{table}` and the like stand for the name of a table and the like, which questions often tell. */
  readonly text: string
}
