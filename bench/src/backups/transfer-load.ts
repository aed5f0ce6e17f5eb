import { join } from 'node:path'
import { timeQuery } from '../client.ts'
import { runJson } from '../run-process.ts'

export interface TransferLoad {
  readonly connectionString: string
  readonly clients: number
  readonly seconds: number
  readonly accounts: number
}

export async function prepareTransfers(connectionString: string, accounts: number): Promise<void> {
  for (const statement of [
    'create table accounts (id int primary key, balance int not null, filler char(84))',
    `insert into accounts select i, 0, '' from generate_series(1, ${accounts}) i`,
    'create table tellers (id int primary key, balance int not null, filler char(84))',
    `insert into tellers select i, 0, '' from generate_series(1, 10) i`,
    'create table history (account int, teller int, delta int, at timestamptz default now())',
    'vacuum analyze',
  ])
    await timeQuery(connectionString, statement)
}

/** Runs the load in a process of its own; transactions a second. */
export async function transferLoad(load: TransferLoad): Promise<number> {
  const path = join(import.meta.dirname, 'transfer-client.ts')
  return (await runJson<{ perSecond: number }>(path, [JSON.stringify(load)])).perSecond
}
