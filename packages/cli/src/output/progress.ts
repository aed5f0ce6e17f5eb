import { type Progress, renderBar, renderPlain } from './progress-bar.ts'
import { createRate } from './rate.ts'
import { styled } from './style.ts'

export interface Step {
  /** Changes what the waiting line says. */
  update(detail: string): void
  /** Shows how far it is: a bar on a terminal, now and then a line elsewhere. */
  progress(progress: Progress): void
  done(text?: string): void
  fail(text?: string): void
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 80
/** Often enough to see in a log that it goes on, and no more. */
const LINE_MS = 5_000

function seconds(since: number): string {
  const passed = (Date.now() - since) / 1000
  return `${passed < 10 ? passed.toFixed(1) : Math.round(passed)} s`
}

/** On a terminal one line that moves and then stays as the result; elsewhere a line at the start and one at the end. */
export function startStep(stream: NodeJS.WriteStream, title: string): Step {
  const since = Date.now()
  const rate = createRate()
  let detail = ''
  let frame = 0
  let lineAt = since
  const clear = () => stream.write('\r\u001b[2K')
  // A wrapped line could not be cleared again.
  const width = () => Math.max(20, (stream.columns ?? 80) - 1)
  const draw = () => {
    const line = `${FRAMES[frame++ % FRAMES.length]} ${title}${detail && ` ${detail}`}`
    clear()
    stream.write(line.slice(0, width()))
  }
  const timer = stream.isTTY ? setInterval(draw, FRAME_MS) : undefined
  timer?.unref()
  if (stream.isTTY) draw()
  else stream.write(`${title} ...\n`)

  const end = (mark: string, text: string) => {
    clearInterval(timer)
    if (stream.isTTY) clear()
    stream.write(`${mark} ${text} ${styled(stream, 'dim', `(${seconds(since)})`)}\n`)
  }
  return {
    update(text) {
      detail = text
    },
    progress(now) {
      rate.see(now.doneBytes)
      if (stream.isTTY) {
        detail = ` ${renderBar(now, rate.perSecond(), width() - title.length - 4)}`
        return
      }
      if (Date.now() - lineAt < LINE_MS) return
      lineAt = Date.now()
      stream.write(`  ${renderPlain(now, rate.perSecond())}\n`)
    },
    done: (text = title) => end(styled(stream, 'green', '✔'), text),
    fail: (text = title) => end(styled(stream, 'red', '✖'), text),
  }
}
