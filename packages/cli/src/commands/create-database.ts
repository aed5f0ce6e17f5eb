import type { Database } from '../client/resources.ts'
import { waitFor } from '../client/wait.ts'
import { CliFault } from '../fault.ts'
import { type Session, withStep } from './session.ts'
import type { WaitOptions } from './wait-options.ts'

export interface CreateOptions extends WaitOptions {
  readonly project?: string
  readonly engine?: string
  readonly engineVersion?: string
  readonly databaseName?: string
  readonly user?: string
  readonly size?: string
  readonly region?: string
  readonly idleTimeout?: number
}

/** What a new database is asked to be; the API decides what is left out. */
export interface DatabaseWish {
  readonly name: string
  readonly projectId?: string | undefined
  readonly engine?: string | undefined
  readonly version?: string | undefined
  readonly databaseName?: string | undefined
  readonly user?: string | undefined
  readonly size?: string | undefined
  readonly region?: string | undefined
  readonly idleTimeoutSeconds?: number | undefined
  readonly source?: Readonly<Record<string, unknown>> | undefined
}

/** `croft database create`. */
export async function createDatabase(session: Session, name: string, options: CreateOptions): Promise<void> {
  const wish = {
    name,
    projectId: options.project,
    engine: options.engine,
    version: options.engineVersion,
    databaseName: options.databaseName,
    user: options.user,
    size: options.size,
    region: options.region,
    idleTimeoutSeconds: options.idleTimeout,
  }
  await makeDatabase(session, wish, { ...options, title: `Creating ${name}` })
}

/** Makes a database and prints its connection string alone on stdout, so that it can be used in `$(...)`. */
export async function makeDatabase(
  session: Session,
  wish: DatabaseWish,
  options: Pick<WaitOptions, 'wait' | 'timeout'> & { readonly title: string },
): Promise<void> {
  const { api, writer, context } = session
  const { name } = wish
  const step = session.step(options.title)
  const database = await withStep(
    step,
    async () => {
      const created = await api.post<Database>('/databases', { ...wish })
      if (!options.wait) return created
      const settled = await waitFor(
        created,
        () => api.get<Database>(`/databases/${created.id}`),
        (now) => now.state !== 'provisioning',
        {
          seconds: options.timeout,
          what: options.title,
          onChange: (now) => {
            if (now.progress) step.progress(now.progress)
          },
        },
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
