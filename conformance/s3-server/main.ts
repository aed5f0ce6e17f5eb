import { parseArgs } from 'node:util'
import { startServer } from './server.ts'

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    directory: { type: 'string' },
    bucket: { type: 'string', default: 'croft-backups' },
    'access-key-id': { type: 'string', default: 'CROFTTESTACCESSKEY01' },
    'secret-access-key': { type: 'string', default: 'croft/test+secret/access+key/of+40+signs' },
    /** Signatures of other regions are refused; any is taken without it. */
    region: { type: 'string' },
    /** Most entries of a page, whatever a request asks for. */
    'page-size': { type: 'string', default: '100' },
  },
})
if (!values.directory) throw new Error('--directory is missing')

const server = await startServer({
  host: values.host,
  port: Number(values.port),
  directory: values.directory,
  bucket: values.bucket,
  accessKeyId: values['access-key-id'],
  secretAccessKey: values['secret-access-key'],
  region: values.region,
  pageSize: Number(values['page-size']),
})
// One line that tells who started it where it is.
process.stdout.write(
  `${JSON.stringify({
    endpoint: `http://${values.host}:${server.port}`,
    port: server.port,
    accessKeyId: values['access-key-id'],
    secretAccessKey: values['secret-access-key'],
    bucket: values.bucket,
    region: values.region ?? 'us-east-1',
  })}\n`,
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void server.close().then(() => process.exit(0))
  })
}
