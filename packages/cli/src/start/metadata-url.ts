/** The connection string of the embedded metadata server, which listens in a socket directory only. */
export function metadataUrl(socketDirectory: string): string {
  return `postgres://croft@/croft?host=${encodeURIComponent(socketDirectory)}`
}
