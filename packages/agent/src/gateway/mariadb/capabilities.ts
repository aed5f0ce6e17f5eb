/** Capability flags of the MySQL protocol that a gateway has to know. */
export const Capability = {
  connectWithDatabase: 1 << 3,
  compress: 1 << 5,
  protocol41: 1 << 9,
  ssl: 1 << 11,
  secureConnection: 1 << 15,
  pluginAuth: 1 << 19,
  pluginAuthLenencData: 1 << 21,
  deprecateEof: 1 << 24,
} as const

/** Set by MySQL's clients; MariaDB leaves it out, and then has flags of its own in the reserved bytes. */
export const MYSQL = 1

/**
 * MariaDB's own flags that change neither where packets begin nor when an answer is over: bulk statements and extended
 * metadata. Progress reports and cached metadata do.
 */
export const HARMLESS_EXTENSIONS = (1 << 2) | (1 << 3)

/** Flags of both, as an unsigned number. */
export function bits(...flags: readonly number[]): number {
  return flags.reduce((all, flag) => all | flag, 0) >>> 0
}

export function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0
}

export function without(flags: number, ...gone: readonly number[]): number {
  return (flags & ~bits(...gone)) >>> 0
}
