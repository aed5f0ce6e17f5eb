import { AgentFault } from '../fault.ts'
import type { ChainManifest } from './chain.ts'
import type { ChainWriter } from './chain-writer.ts'
import { formatLsn } from './lsn.ts'

/** What is told of the changes between the end of a chain and the one that follows. */
export function describeBreak(
  before: Pick<ChainWriter, 'chain' | 'stored' | 'archivedAt'>,
  next: ChainManifest,
): Record<string, unknown> {
  return {
    chain: before.chain.chain,
    newChain: next.chain,
    fromLsn: formatLsn(before.stored),
    toLsn: next.startLsn,
    from: new Date(before.archivedAt).toISOString(),
    to: next.startedAt,
  }
}

/** For who asked for changes that lie before the first chain there is now. */
export function startsLater({ startLsn }: ChainManifest): AgentFault {
  const message = `The changes before ${startLsn} were dropped before they were archived; another archive begins there.`
  return new AgentFault('archive-broken', message)
}
