/** The URL by which processes of this host reach a server that listens on `host` and `port`. */
export function dialUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '*' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
