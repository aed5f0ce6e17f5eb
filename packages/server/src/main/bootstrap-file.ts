import { randomUUID } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'

/** What the first start leaves for people and programs on this machine. Later starts reuse it. */
export interface BootstrapFile {
  url?: string
  adminEmail?: string
  adminPassword?: string
  organizationId?: string
  workspaceId?: string
  projectId?: string
  /** May do everything in the workspace. */
  serviceToken?: string
  /** May do everything: the administrator's own. */
  adminToken?: string
  /** With it the local agent joins. */
  agentToken?: string
  /** Where the gateway of each engine listens; the launcher fills it in. */
  postgres?: { host: string; port: number }
  mariadb?: { host: string; port: number }
  redis?: { host: string; port: number }
}

/** An absent file is an empty one. Throws when it is there but is not JSON. */
export async function readBootstrapFile(path: string): Promise<BootstrapFile> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new Error(`${path} cannot be read as JSON; repair it, or remove it to get a new one`, {
      cause: error,
    })
  }
}

/** Replaces the file whole, readable by its owner only. */
export async function writeBootstrapFile(path: string, content: BootstrapFile): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
