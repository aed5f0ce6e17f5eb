import { styled } from './style.ts'

export interface Step {
  /** Changes what the waiting line says. */
  update(detail: string): void
  done(text?: string): void
  fail(text?: string): void
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 80

function seconds(since: number): string {
  const passed = (Date.now() - since) / 1000
  return `${passed < 10 ? passed.toFixed(1) : Math.round(passed)} s`
}

/** On a terminal one line that moves and then stays as the result; elsewhere a line at the start and one at the end. */
export function startStep(stream: NodeJS.WriteStream, title: string): Step {
  const since = Date.now()
  let detail = ''
  let frame = 0
  const clear = () => stream.write('\r\u001b[2K')
  const draw = () => {
    const line = `${FRAMES[frame++ % FRAMES.length]} ${title}${detail && ` ${detail}`}`
    clear()
    // A wrapped line could not be cleared again.
    stream.write(line.slice(0, Math.max(20, (stream.columns ?? 80) - 1)))
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
    done: (text = title) => end(styled(stream, 'green', '✔'), text),
    fail: (text = title) => end(styled(stream, 'red', '✖'), text),
  }
}
