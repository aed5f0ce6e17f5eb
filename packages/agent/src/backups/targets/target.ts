import type { Readable } from 'node:stream'

/** An object of a store. Keys look like paths: `<instance>/<backup>/manifest.json`. */
export interface StoredObject {
  readonly key: string
  readonly bytes: number
}

/**
 * Where backups lie. An object is there whole or not at all. All throw `AgentFault`: `backup-missing`,
 * `disk-full`, `target-unreachable`; the reason of `signal`; and what the stream that is put throws.
 */
export interface BackupStore {
  /**
   * Stores a stream, durably when it resolves; it replaces an object of the same key. `expectedBytes` is how much it
   * may become at most, as far as that is known.
   */
  put(
    key: string,
    data: Readable,
    signal: AbortSignal,
    expectedBytes?: number,
  ): Promise<{ bytes: number; sha256: string }>
  /**
   * Stores a file, in parts of which those that an earlier call has brought there are not sent again. `progress` gets
   * the bytes that are there. Only stores that are far away have it.
   */
  putFile?(
    key: string,
    path: string,
    signal: AbortSignal,
    progress: (bytes: number) => void,
  ): Promise<{ bytes: number; sha256: string }>
  get(key: string, signal: AbortSignal): Promise<Readable>
  /** Whole objects at a key or below it, sorted; '' lists all. A key that is not there lists none. */
  list(prefix: string): Promise<StoredObject[]>
  /** Removes what is at a key or below it, and what a crash left there. Nothing there is no error. */
  remove(prefix: string): Promise<void>
  /** Removes just these objects, in fewer requests than one by one. Only stores for which that is cheaper have it. */
  removeObjects?(keys: readonly string[]): Promise<void>
  /** Removes what was never stored whole below a key and is old by now. Only stores in which a crash leaves such. */
  tidy?(prefix: string): Promise<void>
  /** Whether it can be written now. */
  probe(): Promise<void>
}
