/** What this API calls our engines. */
const TYPES: Readonly<Record<string, string>> = { mariadb: 'mysql' }

export const typeOf = (engine: string): string => TYPES[engine] ?? engine
