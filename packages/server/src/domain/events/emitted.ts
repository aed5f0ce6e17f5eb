/** The subject type of events that clients emit; nothing of the platform's own has it. */
export const EMITTED = 'emitted'
