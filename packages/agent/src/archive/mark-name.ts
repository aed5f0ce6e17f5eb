/** What the mark of a restore point is called in the log. */
export const markName = (restorePointId: string): string => `croft:${restorePointId}`
