import { join } from 'node:path'
import { runJson } from '../run-process.ts'
import type { SelectResult } from '../select-load.ts'
import type { Place } from './sessions.ts'

/** Each client looks single entries up by their number, one after another. */
export interface LookLoad extends Place {
  readonly engine: string
  readonly clients: number
  readonly seconds: number
  /** How many there are. */
  readonly entries: number
}

/** Runs the load in a process of its own. */
export function lookLoad(load: LookLoad): Promise<SelectResult> {
  return runJson(join(import.meta.dirname, 'look-client.ts'), [JSON.stringify(load)])
}
