/** An agent that said nothing for so long is taken for gone, whatever its last server noted. */
const SILENCE_MS = 30_000

export function isConnected(target: { connected_at: Date | null; last_seen_at: Date | null }): boolean {
  return (
    target.connected_at !== null &&
    target.last_seen_at !== null &&
    Date.now() - target.last_seen_at.getTime() < SILENCE_MS
  )
}
