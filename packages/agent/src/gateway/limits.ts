/** What one gateway allows. Times in milliseconds. */
export interface GatewayLimits {
  /** From the first byte to a whole startup packet, TLS handshake included. */
  readonly startupMs: number
  /** How long a client is held while its server wakes. */
  readonly wakeMs: number
  /** From the server's connection to the end of the login. */
  readonly authenticationMs: number
  /** Connections that have not said yet who they are. Loopback and NAT share an address, so keep the second generous. */
  readonly pendingStartups: number
  readonly pendingStartupsPerAddress: number
  /** Failed startups of one address in a minute before the answers to further failures are held back. */
  readonly failuresPerMinute: number
  readonly failureDelayMs: number
  /** How long a side may take to read the last bytes and close, after the other has gone. */
  readonly lingerMs: number
}

export const defaultGatewayLimits: GatewayLimits = {
  startupMs: 10_000,
  wakeMs: 30_000,
  // PostgreSQL's own authentication_timeout, which normally speaks first.
  authenticationMs: 60_000,
  pendingStartups: 1024,
  pendingStartupsPerAddress: 256,
  failuresPerMinute: 60,
  failureDelayMs: 1000,
  lingerMs: 5000,
}
