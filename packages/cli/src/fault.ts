/** An error that is told to the user as it is: one sentence, and perhaps what to do. */
export class CliFault extends Error {
  readonly hint: string | null
  /** 1: it could not be done. 2: the command was used wrongly. */
  readonly exitCode: 1 | 2
  constructor(message: string, options: { hint?: string; exitCode?: 1 | 2 } = {}) {
    super(message)
    this.name = 'CliFault'
    this.hint = options.hint ?? null
    this.exitCode = options.exitCode ?? 1
  }
}
