import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { type Step, startStep } from '../output/progress.ts'
import { showPath } from '../output/show-path.ts'
import { styled } from '../output/style.ts'
import { endProcesses } from '../process/identity.ts'
import { childSettings } from '../settings/child-settings.ts'
import type { ReadSettings } from '../settings/read-settings.ts'
import { readBootstrap } from './bootstrap-file.ts'
import { findDataDirectory, makeDataDirectory } from './data-directory.ts'
import { explainLog } from './explain-log.ts'
import { type Launch, type LaunchEvents, launch } from './launch.ts'
import { AlreadyRunning, type DataDirectoryLock, lockDataDirectory } from './lock.ts'
import { panel } from './panel.ts'
import { describeExit } from './program.ts'
import { StartFailed } from './supervise.ts'

const TITLES: Readonly<Record<string, string>> = {
  metadata: 'Metadata database',
  server: 'API server',
  agent: 'Agent and gateways',
}

/** One Ctrl-C may arrive two or three times: from the terminal, from npm and from `npm start`'s own script. */
const SAME_SIGNAL_MS = 700

function clock(): string {
  return new Date().toTimeString().slice(0, 8)
}

/** Says that another Croft runs on the directory, as far as its files tell. */
function sayAlreadyRunning(context: Context, dataDirectory: string, pid: number): void {
  let url: string | null = null
  try {
    url = readBootstrap(join(dataDirectory, 'bootstrap.json')).url
  } catch {
    // It may be starting for the first time.
  }
  const at = url ? ` at ${url}` : ''
  context.err.write(`Croft already runs on ${dataDirectory}${at} (pid ${pid}).\n`)
  context.err.write(
    `Stop it with Ctrl-C in its terminal or \`kill ${pid}\`, or choose another directory with --data-dir.\n`,
  )
}

/** A launcher that was killed leaves processes that are still on their way out, with its ports and data. */
async function endLeftovers(context: Context, lock: DataDirectoryLock): Promise<void> {
  if (lock.leftovers.length === 0) return
  const step = startStep(context.err, 'Ending what an earlier start left')
  const isMetadata = (child: { readonly name: string }) => child.name === 'metadata'
  await endProcesses(
    lock.leftovers.filter((child) => !isMetadata(child)),
    [
      { signal: 'SIGTERM', waitMs: 10_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ],
  )
  await endProcesses(lock.leftovers.filter(isMetadata), [
    { signal: 'SIGINT', waitMs: 10_000 },
    { signal: 'SIGQUIT', waitMs: 5_000 },
    { signal: 'SIGKILL', waitMs: 5_000 },
  ])
  step.done('Ended what an earlier start left')
}

function reportOn(context: Context, lock: DataDirectoryLock): LaunchEvents & { failStep(): void } {
  let step: Step | null = null
  const say = (text: string) => context.err.write(`${styled(context.err, 'dim', clock())} ${text}\n`)
  const title = (name: string) => TITLES[name] ?? name
  return {
    onStarting(name) {
      step = startStep(context.err, title(name))
    },
    onStarted() {
      step?.done()
      step = null
    },
    onDeath(name, exit, delayMs) {
      say(
        `${title(name)} ended unexpectedly (${describeExit(exit)}); starting it again in ${delayMs / 1000} s`,
      )
    },
    onRecovered: (name) => void say(`${title(name)} is back`),
    onChildren: (children) => lock.setChildren(children),
    failStep() {
      step?.fail()
      step = null
    },
  }
}

function sayFailed(context: Context, error: unknown, running: Launch, dataDirectory: string): void {
  if (!(error instanceof StartFailed)) {
    context.err.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
    return
  }
  context.err.write(`\n${TITLES[error.program] ?? error.program} ${error.message}.\n`)
  for (const line of explainLog(running.tail(error.program))) context.err.write(`  ${line}\n`)
  const log = join(dataDirectory, 'logs', `${error.program}.log`)
  context.err.write(`\nThe whole log: ${showPath(log, context.directory)}\n`)
}

/** Runs everything until asked to stop. Resolves with the exit code. */
export async function start(context: Context, settings: ReadSettings): Promise<number> {
  const children = childSettings(
    context.env,
    settings.given,
    settings.values.CROFT_DATA_DIR,
    context.directory,
  )
  const { dataDirectory } = children
  makeDataDirectory(dataDirectory)
  let lock: DataDirectoryLock
  try {
    lock = await lockDataDirectory(dataDirectory)
  } catch (error) {
    if (!(error instanceof AlreadyRunning)) throw error
    sayAlreadyRunning(context, dataDirectory, error.pid)
    return 1
  }

  const stop = Promise.withResolvers<void>()
  const force = Promise.withResolvers<void>()
  let firstSignal: number | null = null
  context.onSignal(() => {
    firstSignal ??= Date.now()
    stop.resolve()
    if (Date.now() - firstSignal > SAME_SIGNAL_MS) force.resolve()
  })

  try {
    await endLeftovers(context, lock)
    const firstStart = !existsSync(join(dataDirectory, 'bootstrap.json'))
    const report = reportOn(context, lock)
    const running = launch(settings.values, children, report)
    const outcome = await Promise.race([
      running.started.catch((error: unknown) => ({ error })),
      stop.promise.then(() => 'stopped' as const),
    ])
    let code = 0
    if (outcome === 'stopped') report.failStep()
    else if ('error' in outcome) {
      report.failStep()
      sayFailed(context, outcome.error, running, dataDirectory)
      code = 1
    } else {
      const lines = panel(
        {
          ...outcome,
          bootstrap: readBootstrap(outcome.bootstrapPath),
          dataDirectory,
          directory: context.directory,
          firstStart,
          isDefaultDirectory: findDataDirectory(undefined, context.directory) === dataDirectory,
        },
        context.out,
      )
      context.out.write(`${lines.join('\n')}\n`)
      await stop.promise
    }
    await endAll(context, running, force.promise, code === 0)
    return code
  } finally {
    lock.release()
  }
}

async function endAll(context: Context, running: Launch, force: Promise<void>, say: boolean): Promise<void> {
  if (say) context.err.write(context.err.isTTY ? 'Stopping; Ctrl-C again forces it.\n' : 'Stopping.\n')
  await Promise.race([running.stop(), force.then(() => running.kill())])
  if (say) context.err.write('Stopped.\n')
}
