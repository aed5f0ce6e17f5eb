export interface ServerSettings {
  /** Address that it listens on; 127.0.0.1 unless given. */
  readonly host?: string
  readonly port: number
  readonly directory: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Undefined takes signatures of any region. */
  readonly region: string | undefined
  readonly pageSize: number
}
