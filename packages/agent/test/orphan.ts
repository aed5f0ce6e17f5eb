import type { Resources } from '@croft/protocol'
import { createEngines } from '../src/engines/registry.ts'
import { findRunAs } from '../src/host/run-as.ts'
import { quiet } from './host-fixture.ts'

interface Task {
  readonly storageRoot: string
  readonly enginesDirectory: string
  readonly engine: string
  readonly version: string
  readonly directory: string
  readonly runtimeDirectory: string
  readonly resources: Resources
}

/** Starts a server, says its process id, and waits to be killed: what a killed agent leaves. */
const task: Task = JSON.parse(process.argv[2] ?? '')
const runAs = await findRunAs(undefined)
const engine = createEngines({ ...task, runAs, log: quiet }).get(task.engine)
const server = await engine?.start({ ...task, log: quiet })
process.stdout.write(`${server?.pid}\n`)
setInterval(() => {}, 60_000)
