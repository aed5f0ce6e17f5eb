import type { Readable } from 'node:stream'

/**
 * Destroys a stream with the reason of a signal; to be undone with what it returns. For a stream that is about to
 * be read: an error that comes before then is kept for the reader, where it would else be uncaught.
 */
export function destroyOnAbort(stream: Readable, signal: AbortSignal): () => void {
  stream.on('error', () => {})
  const abort = () => {
    stream.destroy(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)))
  }
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return () => signal.removeEventListener('abort', abort)
}
