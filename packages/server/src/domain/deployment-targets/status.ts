import { isConnected } from '../connected.ts'

/**
 * A target that was silent for so long is unhealthy. Portworx' suite gives it five minutes for that after its last
 * heartbeat, and agents send one twice a minute.
 */
const HEARTBEAT_LIMIT_MS = 180_000

/** Whether what was last heard of a target at this time is still good. */
export const isHealthy = (lastHeard: Date | null, now = Date.now()): boolean =>
  lastHeard !== null && now - lastHeard.getTime() < HEARTBEAT_LIMIT_MS

/** The agent of a host makes a lost connection again within seconds, as when a server of the control plane restarts. */
const HOST_GRACE_MS = 20_000

/** Whether the agent of a host is connected, or was a moment ago. */
export const isHostHealthy = (
  host: { readonly connected_at: Date | null; readonly last_seen_at: Date | null },
  now = Date.now(),
): boolean =>
  isConnected(host) || (host.last_seen_at !== null && now - host.last_seen_at.getTime() < HOST_GRACE_MS)
