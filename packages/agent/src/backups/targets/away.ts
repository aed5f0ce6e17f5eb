/** Set as the cause of a fault when a store does not answer now and may do so later, without anything being changed. */
export class Away extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'Away'
  }
}

/** Whether the same request may succeed later. */
export function isAway(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Away
}
