import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type Backup, untilCompleted, untilReady } from '../backups/own.ts'
import { withClient } from '../engines/clients.ts'
import type { Croft } from '../harness/croft.ts'
import { asAdministrator, list, own, request } from './api.ts'
import { until } from './until.ts'

const PATIENCE_MS = 60_000
const OWN = '/api/croft/v1'

/** A database that things are done to, with one value in it and one login. */
export interface Subject {
  readonly engine: string
  readonly id: string
  readonly credentialId: string
  /** Of the login as it is now. */
  string: string
}

export interface Shown {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly engine: string
  readonly databaseName: string
  readonly power: string | null
  readonly ownPort: number | null
  readonly quarantinedAt: string | null
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
}

export interface Login {
  readonly id: string
  readonly role: string
  readonly chosen: boolean
  readonly connectionString: string
}

export const KEPT = 'kept'
export const read = (engine: string, string: string): Promise<string[]> =>
  withClient(engine, string, (client) => client.read())
export const write = (engine: string, string: string, value: string): Promise<void> =>
  withClient(engine, string, (client) => client.write(value))

/** Without whether a connection is refused at once or broken off. */
export const refused = (engine: string, string: string): Promise<void> =>
  assert.rejects(read(engine, string), 'it lets in')

export const show = (croft: Croft, id: string): Promise<Shown> =>
  own<Shown>(croft, 200, 'GET', `/databases/${id}`)

/** As a client does that nobody answers: asks again. */
const again = <Result>(work: () => Promise<Result>): Promise<Result> => until(work, PATIENCE_MS, 250)

export async function makeSubject(croft: Croft, engine: string, name: string): Promise<Subject> {
  const { id, connectionString } = await createOnce(croft, { name, engine, user: 'first' }, randomUUID())
  await write(engine, connectionString, KEPT)
  const [login] = await list<Login>(croft, `/databases/${id}/credentials`)
  return { engine, id, credentialId: login?.id ?? '', string: connectionString }
}

/** One database, however often it has to be asked for. */
async function createOnce(croft: Croft, wish: object, key: string) {
  const { id, connectionString } = await again(async () => {
    const asked = { ...asAdministrator(croft), key }
    const answer = await request<Shown & Login>(asked, 'POST', `${OWN}/databases`, wish)
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return answer.body
  })
  await untilReady(croft, id)
  if (connectionString !== null) return { id, connectionString }
  // Its port was not known yet: its host was away.
  const [login] = await again(() => list<Login>(croft, `/databases/${id}/credentials`))
  return { id, connectionString: (await rotate(croft, login?.id ?? '')).connectionString }
}

const rotate = (croft: Croft, credentialId: string): Promise<Login> =>
  again(() => own<Login>(croft, 200, 'POST', `/credentials/${credentialId}/rotate`))

async function remove(croft: Croft, id: string): Promise<void> {
  await again(async () => {
    const { status } = await request(asAdministrator(croft), 'DELETE', `${OWN}/databases/${id}`)
    assert.ok(status === 204 || status === 404, `deleting it: ${status}`)
  })
}

/** What may be cut off at any moment and is then done all the same. `ms` is about how long it takes undisturbed. */
export interface Deed {
  readonly done: string
  readonly ms: number
  carryOut(croft: Croft, subject: Subject): Promise<void>
}

const DEEDS = {
  make: {
    done: 'made and deleted',
    ms: 800,
    async carryOut(croft, { engine }) {
      const key = randomUUID()
      const wish = { name: `${engine} ${key}`, engine, user: 'first', databaseName: 'made' }
      const { id, connectionString } = await createOnce(croft, wish, key)
      await again(() => write(engine, connectionString, KEPT))
      // The answer to a write may be what broke off.
      const values = await again(() => read(engine, connectionString))
      assert.ok(values.length > 0 && values.every((value) => value === KEPT), JSON.stringify(values))
      const all = await again(() => list<Shown>(croft, '/databases'))
      const made = all.filter(({ name }) => name === wish.name)
      assert.deepEqual(
        made.map((one) => one.id),
        [id],
      )
      await remove(croft, id)
      await refused(engine, connectionString)
    },
  },
  rotate: {
    done: 'given other passwords',
    ms: 200,
    async carryOut(croft, subject) {
      const before = subject.string
      subject.string = (await rotate(croft, subject.credentialId)).connectionString
      await again(async () => assert.deepEqual(await read(subject.engine, subject.string), [KEPT]))
      await refused(subject.engine, before)
    },
  },
  backUp: {
    done: 'backed up',
    ms: 1200,
    async carryOut(croft, { id }) {
      await again(async () => {
        const { id: backup } = await own<Backup>(croft, 202, 'POST', `/databases/${id}/backups`)
        const { state, error } = await until(async () => {
          const seen = await own<Backup>(croft, 200, 'GET', `/backups/${backup}`)
          assert.ok(seen.state === 'completed' || seen.state === 'failed', `the backup is ${seen.state}`)
          return seen
        }, PATIENCE_MS)
        // One whose server died may fail, but says why, and the next one does not.
        if (state === 'failed') assert.match(error ?? '', /\w+ .*\.$/)
        assert.equal(state, 'completed', error ?? '')
        await untilCompleted(croft, backup, true)
      })
      await until(async () => {
        const states = (await list<Backup>(croft, `/databases/${id}/backups`)).map(({ state }) => state)
        assert.ok(
          states.every((state) => state === 'completed' || state === 'failed'),
          `backups go on for ever: ${states}`,
        )
      }, PATIENCE_MS)
    },
  },
  quarantine: {
    done: 'put into quarantine and brought back',
    ms: 300,
    async carryOut(croft, subject) {
      const { engine, id, string: before } = subject
      const path = `/databases/${id}/quarantine`
      await again(() => own(croft, 200, 'POST', path))
      assert.notEqual((await again(() => show(croft, id))).quarantinedAt, null)
      // Its host may just be starting, and ends sessions and passwords then.
      await again(() => refused(engine, before))
      await again(() => own(croft, 200, 'DELETE', path))
      assert.equal((await again(() => show(croft, id))).quarantinedAt, null)
      subject.string = (await rotate(croft, subject.credentialId)).connectionString
      await again(async () => assert.deepEqual(await read(engine, subject.string), [KEPT]))
      await refused(engine, before)
    },
  },
} satisfies Record<string, Deed>

/** What is under way at each kill: after each one, a killed process takes longer to be started again. */
export const ROUNDS: readonly (readonly Deed[])[] = [
  [DEEDS.make, DEEDS.backUp],
  [DEEDS.rotate],
  [DEEDS.quarantine],
]
