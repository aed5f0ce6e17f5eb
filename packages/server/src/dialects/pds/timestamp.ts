/**
 * UTC with six digits behind the point: the official list tests compare timestamps as strings, so all have one length.
 * A `Date` has three of them.
 */
export const timestamp = (at: Date): string => at.toISOString().replace(/Z$/, '000Z')
