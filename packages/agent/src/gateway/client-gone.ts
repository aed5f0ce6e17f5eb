/** The client closed its connection before it had one to a server; there is nobody to answer. */
export class ClientGone extends Error {
  constructor(message = 'the client closed the connection', options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'ClientGone'
  }
}
