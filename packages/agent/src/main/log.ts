import { destination, type Logger, pino } from 'pino'

const SECRETS = ['authorization', 'token', 'password', 'verifier', 'key', 'roles']

/** JSON lines on stderr, written before the call returns so that a crash's last line is there. */
export function createLog(level: string): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])
  const options = { level, base: { process: 'agent' }, redact: { paths, censor: '[redacted]' } }
  return pino(options, destination({ fd: 2, sync: true }))
}
