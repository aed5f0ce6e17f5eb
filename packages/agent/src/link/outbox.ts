import type { AgentEvent, ObservedInstance, Report, TaskReport, UsageSample } from '@croft/protocol'

/** More than this many samples or events are not kept for a control plane that is away: the oldest go. */
const KEPT = 10_000
/** Reports under way without an answer; what comes meanwhile is gathered into the next. */
const WINDOW = 32

/**
 * What is to be told, until the control plane says that it is stored. It is kept in memory: states and tasks are told
 * anew by the next agent's hello, but samples and events that wait when an agent is killed are lost.
 */
export interface Outbox {
  observed(observed: ObservedInstance): void
  task(report: TaskReport): void
  usage(sample: UsageSample): void
  event(event: AgentEvent): void
  /** The next report to send, undefined when there is nothing to say or too much under way. */
  next(): Report | undefined
  acknowledged(seq: number): void
  /** Who sends: called whenever there may be something new to send. */
  onNews(send: () => void): void
  /** The connection is gone: what was under way is said again, unless something newer is. */
  disconnected(): void
  /** Nothing waits to be told or to be acknowledged. */
  readonly empty: boolean
  /** Samples and events that were dropped so far. */
  readonly dropped: number
}

interface Batch {
  readonly observed: Map<string, ObservedInstance>
  readonly tasks: Map<string, TaskReport>
  readonly usage: UsageSample[]
  readonly events: AgentEvent[]
}

function emptyBatch(): Batch {
  return { observed: new Map(), tasks: new Map(), usage: [], events: [] }
}

function isEmpty({ observed, tasks, usage, events }: Batch): boolean {
  return observed.size + tasks.size + usage.length + events.length === 0
}

export function createOutbox(): Outbox {
  let news = () => {}
  let pending = emptyBatch()
  let sent: { seq: number; batch: Batch }[] = []
  let seq = 0
  let dropped = 0

  function keep<T>(list: T[], item: T): void {
    list.push(item)
    if (list.length > KEPT) {
      list.shift()
      dropped += 1
    }
    news()
  }

  /** Of two that tell of the same thing the newer wins; lists keep their order. */
  function join(older: Batch, newer: Batch): Batch {
    const usage = [...older.usage, ...newer.usage]
    const events = [...older.events, ...newer.events]
    dropped += Math.max(0, usage.length - KEPT) + Math.max(0, events.length - KEPT)
    return {
      observed: new Map([...older.observed, ...newer.observed]),
      tasks: new Map([...older.tasks, ...newer.tasks]),
      usage: usage.slice(-KEPT),
      events: events.slice(-KEPT),
    }
  }

  return {
    observed(observed) {
      pending.observed.set(observed.id, observed)
      news()
    },
    task(report) {
      pending.tasks.set(report.id, report)
      news()
    },
    usage: (sample) => keep(pending.usage, sample),
    event: (event) => keep(pending.events, event),
    next() {
      if (isEmpty(pending) || sent.length >= WINDOW) return undefined
      const { observed, tasks, usage, events } = pending
      seq += 1
      sent.push({ seq, batch: pending })
      pending = emptyBatch()
      return {
        type: 'report',
        seq,
        observed: [...observed.values()],
        tasks: [...tasks.values()],
        usage,
        events,
      }
    },
    acknowledged(upTo) {
      sent = sent.filter((one) => one.seq > upTo)
      news()
    },
    onNews(send) {
      news = send
    },
    disconnected() {
      pending = [...sent.map(({ batch }) => batch), pending].reduce(join, emptyBatch())
      sent = []
    },
    get empty() {
      return sent.length === 0 && isEmpty(pending)
    },
    get dropped() {
      return dropped
    },
  }
}
