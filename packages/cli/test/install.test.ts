import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeClone } from './clone.ts'
import { cleanEnvironment, REPOSITORY, run } from './run.ts'
import { temporaryDirectory } from './temporary.ts'

const PINNED = join(REPOSITORY, 'node_modules/node/bin/node')

/** A clone before its first install, and an `npm` that says how it was called and then does as told. */
function freshClone(t: TestContext, npm: string) {
  const directory = temporaryDirectory(t)
  const clone = makeClone(directory)
  rmSync(join(clone, 'node_modules'))
  writeFileSync(
    join(clone, 'packages/cli/src/main.ts'),
    `console.log('main', process.version, ...process.argv.slice(2))`,
  )
  const bin = join(directory, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho "npm $*" >> "${directory}/calls"\n${npm}\n`, {
    mode: 0o755,
  })
  return {
    clone,
    calls: () => (existsSync(join(directory, 'calls')) ? readFileSync(join(directory, 'calls'), 'utf8') : ''),
    start: (args: readonly string[] = []) =>
      run(process.execPath, [join(clone, 'scripts/start.mjs'), ...args], {
        cwd: directory,
        env: cleanEnvironment({ PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` }),
      }).result,
  }
}

const INSTALL = `if [ "$1" = ci ]; then rm -f node_modules; ln -s "${join(REPOSITORY, 'node_modules')}" node_modules; fi`

test('a fresh clone is installed once, then started under the pinned Node with its arguments', async (t) => {
  const { clone, calls, start } = freshClone(t, INSTALL)
  const version = JSON.parse(readFileSync(join(REPOSITORY, 'node_modules/node/package.json'), 'utf8')).version
  for (const time of ['first', 'second']) {
    const { code, out, err } = await start(['--port', '1', 'a b'])
    assert.equal(code, 0, err)
    assert.ok(out.includes(`main v${version} start --port 1 a b`), out)
    assert.equal(err.includes('Installing dependencies'), time === 'first')
  }
  assert.equal(
    calls()
      .split('\n')
      .filter((call) => call.startsWith('npm ci')).length,
    1,
  )
  assert.ok(existsSync(join(clone, 'node_modules')))
})

test('a changed lockfile brings node_modules up to date without removing what may be in use', async (t) => {
  const { clone, calls, start } = freshClone(t, INSTALL)
  symlinkSync(join(REPOSITORY, 'node_modules'), join(clone, 'node_modules'))
  await start()
  assert.equal(calls(), '')
  const lock = JSON.parse(readFileSync(join(clone, 'package-lock.json'), 'utf8'))
  lock.packages['node_modules/commander'].version = '0.0.1'
  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify(lock))
  const { err } = await start()
  assert.match(calls(), /^npm install --no-save /)
  assert.ok(err.includes('Updating dependencies'))
})

test('without a network it says so', async (t) => {
  const { start } = freshClone(t, 'exit 1')
  const { code, err, out } = await start()
  assert.equal(code, 1)
  assert.match(err, /registry cannot be reached/)
  assert.ok(!out.includes('main'))
})

test('an install that fails for another reason does not blame the network', async (t) => {
  const { start } = freshClone(t, 'test "$1" = ping')
  const { code, err } = await start()
  assert.equal(code, 1)
  assert.match(err, /npm could not install/)
})

test('install scripts that npm held back are explained', async (t) => {
  const { start } = freshClone(t, 'mkdir -p node_modules')
  const { code, err } = await start()
  assert.equal(code, 1)
  assert.match(err, /ignore-scripts/)
})

test('croft --help works through its bin under the pinned Node and any other from 20 on', async (t) => {
  const bin = join(REPOSITORY, 'packages/cli/bin/croft.mjs')
  const others = ['/usr/bin/node', '/usr/local/bin/node'].filter((path) => existsSync(path))
  for (const node of [PINNED, ...others]) {
    const { code, out, err } = await run(node, [bin, '--help'], { cwd: temporaryDirectory(t) }).result
    assert.equal(code, 0, err)
    assert.match(out, /Usage: croft/)
  }
})
