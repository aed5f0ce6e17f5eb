import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingLine, stepsOf } from './doc-blocks.ts'

test('steps are found in order, with their output', () => {
  const page = `# Page

\`\`\`sh start
npm start
\`\`\`

\`\`\`sh test
echo one
\`\`\`

\`\`\`text
one
\`\`\`

\`\`\`js project save=two.mjs
console.log(2)
\`\`\`

Press Ctrl-C.
<!-- test: stop -->

\`\`\`sh project
node two.mjs
\`\`\`

It says:

\`\`\`text
not compared: there is prose between
\`\`\`

\`\`\`sh
echo 'only to read'
\`\`\`
`
  assert.deepEqual(stepsOf(page), [
    { kind: 'start', line: 3, code: 'npm start' },
    { kind: 'run', line: 7, code: 'echo one', inProject: false, output: ['one'] },
    { kind: 'save', line: 15, code: 'console.log(2)', inProject: true, file: 'two.mjs' },
    { kind: 'stop', line: 20, code: '' },
    { kind: 'run', line: 22, code: 'node two.mjs', inProject: true, output: [] },
  ])
})

test('marks stand for what a reader does or waits for', () => {
  assert.deepEqual(stepsOf('<!-- test: s3 -->\n\ntext\n<!-- test: a minute passes for shop-2 -->\n'), [
    { kind: 's3', line: 1, code: '' },
    { kind: 'minute', line: 4, code: 'shop-2' },
  ])
  assert.throws(() => stepsOf('<!-- test: a minute passes -->'), /line 1: .* is no mark/)
})

test('a fence that is marked wrongly is no quiet omission', () => {
  assert.throws(() => stepsOf('```sh tset\necho\n```'), /line 1: "sh tset"/)
  assert.throws(() => stepsOf('```sh test\necho'), /not closed/)
})

test('shown output is compared by line, in order, with gaps', () => {
  const actual = 'Creating x ...\nNAME  STATE   ID\nx     ready   01a2\n'
  assert.equal(missingLine(['NAME STATE ID', 'x ready …'], actual), null)
  assert.equal(missingLine(['x … 01a2'], actual), null)
  assert.equal(missingLine(['x ready', 'NAME'], actual), 'NAME')
  assert.equal(missingLine(['y ready'], actual), 'y ready')
  assert.equal(missingLine(['a.c'], 'abc'), 'a.c')
})
