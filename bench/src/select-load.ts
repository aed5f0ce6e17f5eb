import { join } from 'node:path'
import { runJson } from './run-process.ts'

/** Like `pgbench -S -M prepared`: each client looks single rows up by their key, one after another. */
export interface SelectLoad {
  readonly connectionString: string
  readonly clients: number
  readonly seconds: number
  /** Rows of the table `accounts`. */
  readonly rows: number
}

export interface SelectResult {
  readonly perSecond: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly count: number
}

/** Runs the load in a process of its own. */
export function selectLoad(load: SelectLoad): Promise<SelectResult> {
  return runJson(join(import.meta.dirname, 'select-client.ts'), [JSON.stringify(load)])
}
