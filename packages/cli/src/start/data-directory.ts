import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ROOT } from './scripts.ts'

/** The name `npm start` uses in the clone. */
const DEFAULT_NAME = '.croft'

/** Makes the data directory. Throws with a sentence that says what would be right. */
export function makeDataDirectory(path: string): void {
  try {
    // Started as root, database servers run as another user, who must get through to his own folders;
    // every file in here that holds a secret is closed by its own mode.
    mkdirSync(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
    mkdirSync(join(path, 'logs'), { recursive: true, mode: 0o700 })
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `The data directory ${path} cannot be used: ${reason}. Choose another with --data-dir or CROFT_DATA_DIR.`,
    )
  }
}

/**
 * Where a client looks for bootstrap.json: the directory it is told, else `./.croft`, else the clone's own,
 * so that commands work anywhere in a clone.
 */
export function findDataDirectory(told: string | undefined, directory: string): string {
  if (told !== undefined && told !== '') return resolve(directory, told)
  const here = resolve(directory, DEFAULT_NAME)
  return existsSync(join(here, 'bootstrap.json')) ? here : join(ROOT, DEFAULT_NAME)
}
