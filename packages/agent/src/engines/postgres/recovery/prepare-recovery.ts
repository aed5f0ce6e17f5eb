import { join } from 'node:path'
import { syncDirectory } from '../../../files/sync-directory.ts'
import type { RunAs } from '../../../host/run-as.ts'
import { writeOwnedFile } from '../../../host/write-owned-file.ts'
import type { RecoveryOptions } from '../../engine.ts'
import { layLog } from './lay-log.ts'
import { signalName, writePending } from './recovery-file.ts'
import { replayStart } from './replay-start.ts'

/**
 * Lays archived changes into a restored data directory, so that its next start replays them. Throws what the log and
 * the disk throw; the directory is good for nothing then.
 */
export async function prepareRecovery(options: RecoveryOptions, owner: RunAs | null): Promise<void> {
  const { directory, until, timeline } = options
  const log = options.log(await replayStart(directory))
  await layLog({ ...options, log, owner })
  await writePending(directory, { format: 1, until, toTheEnd: false, timeline }, owner)
  // Last: with it alone, a start would replay as if there were no point to stop at.
  await writeOwnedFile(join(directory, signalName), '', owner)
  await syncDirectory(directory)
}
