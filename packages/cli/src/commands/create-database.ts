import type { Database } from '../client/resources.ts'
import { waitFor } from '../client/wait.ts'
import { CliFault } from '../fault.ts'
import { type Session, type SessionOptions, withStep } from './session.ts'

export interface CreateOptions extends SessionOptions {
  readonly project?: string
  readonly engine?: string
  readonly engineVersion?: string
  readonly size?: string
  readonly region?: string
  readonly idleTimeout?: number
  readonly wait: boolean
  readonly timeout: number
}

/** `croft database create`: stdout is the connection string alone, so that it can be used in `$(...)`. */
export async function createDatabase(session: Session, name: string, options: CreateOptions): Promise<void> {
  const { api, writer, context } = session
  const body = {
    name,
    projectId: options.project,
    engine: options.engine,
    version: options.engineVersion,
    size: options.size,
    region: options.region,
    idleTimeoutSeconds: options.idleTimeout,
  }
  const database = await withStep(
    session.step(`Creating ${name}`),
    async () => {
      const created = await api.post<Database>('/databases', body)
      if (!options.wait) return created
      const settled = await waitFor(
        created,
        () => api.get<Database>(`/databases/${created.id}`),
        (now) => now.state !== 'provisioning',
        { seconds: options.timeout, what: `Creating ${name}`, onChange: () => {} },
      )
      if (settled.state === 'ready') return { ...settled, connectionString: created.connectionString ?? null }
      throw new CliFault(
        `${name} could not be created: ${settled.stateMessage ?? `its state is ${settled.state}`}`,
        { hint: `Delete it before you try again: croft database delete ${created.id}` },
      )
    },
    (made) => `${name} is ${made.state}`,
  )

  if (writer.options.output === 'json') {
    writer.record(database, { key: () => database.id, fields: [] })
    return
  }
  if (!database.connectionString) {
    writer.note(`Its connection string, once it is ready: croft database url ${name}`)
    return
  }
  writer.note('\nIts connection string; the password in it is shown only now:\n')
  context.out.write(`${database.connectionString}\n`)
  writer.note('')
}
