import pg from 'pg'
import type { TransferLoad } from './transfer-load.ts'

/** Transactions like pgbench's own: three updates, a look and an insert. */
async function transfers({ connectionString, accounts }: TransferLoad, until: number): Promise<number> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  let count = 0
  while (performance.now() < until) {
    const account = 1 + Math.floor(Math.random() * accounts)
    const teller = 1 + Math.floor(Math.random() * 10)
    const delta = Math.floor(Math.random() * 10_000) - 5000
    const named = (name: string, text: string, values: unknown[]) => client.query({ name, text, values })
    await client.query('begin')
    await named('account', 'update accounts set balance = balance + $1 where id = $2', [delta, account])
    await named('look', 'select balance from accounts where id = $1', [account])
    await named('teller', 'update tellers set balance = balance + $1 where id = $2', [delta, teller])
    await named('history', 'insert into history (account, teller, delta) values ($1, $2, $3)', [
      account,
      teller,
      delta,
    ])
    await client.query('commit')
    count += 1
  }
  await client.end()
  return count
}

const load: TransferLoad = JSON.parse(process.argv[2] ?? '{}')
const began = performance.now()
const lanes = Array.from({ length: load.clients }, () => transfers(load, began + load.seconds * 1000))
const count = (await Promise.all(lanes)).reduce((sum, each) => sum + each, 0)
console.log(JSON.stringify({ perSecond: count / ((performance.now() - began) / 1000) }))
