import { createHash } from 'node:crypto'
import { authorityOf, type EngineFacts, LOGIN_TIMEOUT_MS } from './engine-facts.ts'
import { mariadb as settings } from './settings/mariadb.ts'

const sha1 = (data: string | Buffer): Buffer => createHash('sha1').update(data).digest()

/** `sslmode=require` in the words of mysql2 and its like: encrypted, whoever signed the certificate. */
const TLS = `?ssl=${encodeURIComponent(JSON.stringify({ rejectUnauthorized: false }))}`

export const mariadb: EngineFacts = {
  name: 'mariadb',
  title: 'MariaDB',
  scheme: 'mysql',
  usualDatabase: 'main',
  namesDatabases: true,
  archived: false,
  reservedDatabaseNames: new Set([
    'admin',
    'croft',
    'information_schema',
    'mysql',
    'performance_schema',
    'sys',
    'test',
    // A database is a directory beside these files of the server and of its backups.
    'aria_log_control',
    'ib_buffer_pool',
    'ib_logfile0',
    'ibdata1',
    'ibtmp1',
    'xtrabackup_binlog_info',
    'xtrabackup_checkpoints',
    'xtrabackup_info',
  ]),
  reservedRoles: /^(croft_|mariadb|mysql$|public$|none$|root$)/,
  maxDatabaseNameLength: 63,
  // What MySQL takes; MariaDB itself takes 128.
  maxRoleLength: 32,
  async verifierOf(password) {
    // As mysql_native_password stores it: every client of either server speaks that.
    return `*${sha1(sha1(password)).toString('hex').toUpperCase()}`
  },
  connectionString({ role, password, address, database }) {
    const login = `${role}:${password}@${authorityOf(address)}`
    return `mysql://${login}/${database}${address.sslmode === 'require' ? TLS : ''}`
  },
  async confirmLogin({ address, role, password, database }) {
    // Loaded when there is a database of this engine: it takes 10 MB.
    const { createConnection } = await import('mysql2/promise')
    const connection = await createConnection({
      host: address.host,
      port: address.port,
      user: role,
      password,
      database,
      connectTimeout: LOGIN_TIMEOUT_MS,
      ...(address.sslmode === 'require' ? { ssl: { rejectUnauthorized: false } } : {}),
    })
    try {
      await connection.query({ sql: 'select 1', timeout: LOGIN_TIMEOUT_MS })
    } finally {
      connection.destroy()
    }
  },
  sizeLimitBytes: () => null,
  settings,
  scaledSettings: ['innodb_buffer_pool_size'],
  sessions: { setting: 'max_connections', reserved: 10 },
}
