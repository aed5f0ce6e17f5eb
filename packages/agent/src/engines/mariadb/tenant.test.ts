import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { RowDataPacket } from 'mysql2/promise'
import { as, type MariadbHost, makeMariadbHost, named } from '../../../test/mariadb-fixture.ts'
import type { Server } from '../engine.ts'
import { login, mysqlRole } from './contract-fixture.ts'

let host: MariadbHost
let server: Server
before(async () => {
  host = await makeMariadbHost()
  server = (await host.fresh()).server
})
after(() => host.remove())

test('a credential has every right on its database, and keeps it', async () => {
  await server.applyRoles([named('ada')], 20, 'shop')
  await as(server, 'ada', 'shop', async (client) => {
    const statements = [
      'CREATE TABLE orders (id int PRIMARY KEY AUTO_INCREMENT, note text)',
      'CREATE INDEX by_note ON orders (note(20))',
      'ALTER TABLE orders ADD COLUMN at datetime',
      'CREATE VIEW notes AS SELECT note FROM orders',
      'CREATE PROCEDURE add_one() INSERT INTO orders (note) VALUES ("one")',
      'CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW SET NEW.at = now()',
      'CREATE TEMPORARY TABLE short (id int)',
      'CREATE SEQUENCE numbers',
      'CALL add_one()',
      'LOCK TABLES orders WRITE',
      'UNLOCK TABLES',
      'DROP DATABASE shop',
      'CREATE DATABASE shop',
      'USE shop',
      'CREATE TABLE orders (id int)',
    ]
    for (const statement of statements) await client.query(statement)
  })
})

test('a credential has no right on the server, nor on anything beside its database', async () => {
  // Names that would match others if they were patterns.
  for (const database of ['m_sql', 's_op']) await server.applyRoles([named('ada')], 20, database)
  await server.applyRoles([named('ada'), named('bob')], 20, 'm_sql')
  const file = join(host.root, 'readable')
  await writeFile(file, 'secret', { mode: 0o644 })
  await as(server, 'ada', 'm_sql', async (client) => {
    await client.query('CREATE TABLE texts (line text)')
    const refused = [
      'SELECT * FROM mysql.global_priv',
      'SELECT * FROM mysql.user',
      'SHOW GRANTS FOR bob',
      'CREATE USER eve',
      'DROP USER bob',
      'SET PASSWORD FOR bob = ""',
      'GRANT SELECT ON m_sql.* TO bob',
      'CREATE ROLE boss',
      'CREATE DATABASE other',
      'CREATE DATABASE mxsql',
      "INSTALL SONAME 'ha_connect'",
      "CREATE FUNCTION f RETURNS integer SONAME 'f.so'",
      "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x')",
      `SELECT 1 INTO OUTFILE '${join(host.root, 'written')}'`,
      `LOAD DATA INFILE '${file}' INTO TABLE texts`,
      `LOAD DATA LOCAL INFILE '${file}' INTO TABLE texts`,
      'SHOW ENGINE INNODB STATUS',
      'SELECT * FROM information_schema.INNODB_TRX',
      'SET GLOBAL max_connections = 5',
      'SET SESSION enforce_storage_engine = NULL',
      'FLUSH TABLES WITH READ LOCK',
      'BACKUP STAGE START',
      'SHUTDOWN',
      'CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO DELETE FROM texts',
    ]
    for (const statement of refused) await assert.rejects(client.query(statement), Error, statement)
    const [[read] = []] = await client.query<RowDataPacket[]>(`SELECT LOAD_FILE('${file}') AS text`)
    assert.equal(read?.text, null)
    const [sessions] = await client.query<RowDataPacket[]>('SHOW PROCESSLIST')
    assert.deepEqual([...new Set(sessions.map((session) => session.User))], ['ada'])
  })
})

test('no credential gets into an account of the system, whatever the system user of its gateway', async () => {
  await server.applyRoles([named('ada')], 20)
  await assert.rejects(login(server.endpoint, '', ''))
  for (const account of ['croft_agent', 'root', 'mariadb.sys']) {
    await assert.rejects(login(server.endpoint, account, ''), `the account "${account}" lets anybody in`)
    await as(server, 'ada', 'main', async (client) => {
      await assert.rejects(client.changeUser({ user: account, password: '' }))
    })
  }
  for (const name of ['croft_agent', 'Root', 'mariadb.sys', '', "o'hara"]) {
    await assert.rejects(server.applyRoles([named(name)], 20), /cannot be named/)
  }
  const password = { name: 'eve', verifier: 'secret' }
  await assert.rejects(server.applyRoles([password], 20), /mysql_native_password/)
  for (const database of ['mysql', 'sys', 'information_schema', 'a-b', '`', '']) {
    await assert.rejects(server.applyRoles([named('ada')], 20, database), /cannot be named/)
  }
})

test('tables of other engines become tables of InnoDB, and lie in the data directory', async () => {
  await server.applyRoles([named('ada')], 20)
  await as(server, 'ada', 'main', async (client) => {
    await client.query(`CREATE TABLE old (id int) ENGINE=MyISAM DATA DIRECTORY='${host.root}'`)
    const [[made] = []] = await client.query<RowDataPacket[]>('SHOW CREATE TABLE old')
    assert.match(String(made?.['Create Table']), /ENGINE=InnoDB DEFAULT CHARSET=utf8mb4/)
    assert.doesNotMatch(String(made?.['Create Table']), /DATA DIRECTORY/)
  })
})

test('a removed role leaves what it made working, and no way in', async () => {
  await server.applyRoles([named('ada'), named('bob')], 20)
  await as(server, 'bob', 'main', async (client) => {
    await client.query('CREATE TABLE things (id int)')
    await client.query('INSERT INTO things VALUES (7)')
    await client.query('CREATE VIEW seen AS SELECT id FROM things')
    await client.query('CREATE PROCEDURE add_thing() INSERT INTO things VALUES (8)')
  })
  for (let time = 0; time < 2; time++) await server.applyRoles([named('ada')], 20)
  await assert.rejects(login(server.endpoint, 'bob', 'bob'))
  await as(server, 'ada', 'main', async (client) => {
    await client.query('CALL add_thing()')
    const [rows] = await client.query<RowDataPacket[]>('SELECT id FROM seen ORDER BY id')
    assert.deepEqual(
      rows.map((row) => row.id),
      [7, 8],
    )
  })
  await server.applyRoles([named('ada'), mysqlRole('bob', 'again')], 20)
  const bob = await login(server.endpoint, 'bob', 'again')
  bob.destroy()
})

test('a login that has read the old password does not get in after its change', async () => {
  await server.applyRoles([named('ada')], 20)
  const sessions = await Promise.all(Array.from({ length: 5 }, () => login(server.endpoint, 'ada', 'ada')))
  const ended = sessions.map((session) => new Promise((resolve) => session.once('end', resolve)))
  const logins = Array.from({ length: 10 }, () => login(server.endpoint, 'ada', 'ada').catch(() => undefined))
  await server.applyRoles([mysqlRole('ada', 'new')], 20)
  await Promise.all(ended)
  for (const late of await Promise.all(logins))
    await assert.rejects(late?.query('SELECT 1') ?? Promise.reject())
  const client = await login(server.endpoint, 'ada', 'new')
  assert.deepEqual((await client.query('SELECT 1 AS one'))[0], [{ one: 1 }])
  client.destroy()
})

test('the mark tells changes that InnoDB does not have', async () => {
  await server.applyRoles([named('ada')], 20)
  await as(server, 'ada', 'main', async (client) => {
    await client.query('CREATE TABLE marked (id int)')
    const changes = [
      'CREATE VIEW marked_view AS SELECT id FROM marked',
      'CREATE OR REPLACE VIEW marked_view AS SELECT id + 1 FROM marked',
      'CREATE PROCEDURE marked_procedure() SELECT 1',
      'CREATE OR REPLACE PROCEDURE marked_procedure() SELECT 2',
      'CREATE TRIGGER marked_trigger BEFORE INSERT ON marked FOR EACH ROW SET @a = 1',
      'DROP TRIGGER marked_trigger',
      'ALTER DATABASE main CHARACTER SET latin1',
      'TRUNCATE marked',
      'ALTER TABLE marked ADD COLUMN more int',
    ]
    let mark = await server.mark()
    for (const change of changes) {
      await client.query(change)
      const next = await server.mark()
      assert.notEqual(next, mark, change)
      mark = next
    }
  })
})

test('the mark tells changes of partitioned tables, whatever engine they get', async () => {
  await server.applyRoles([named('ada')], 20)
  await as(server, 'ada', 'main', async (client) => {
    for (const engine of ['MyISAM', 'Aria', 'CSV', 'ARCHIVE', 'InnoDB']) {
      await client.query(
        `CREATE TABLE in_${engine} (id int NOT NULL) ENGINE=${engine} PARTITION BY HASH (id) PARTITIONS 2`,
      )
      let mark = await server.mark()
      assert.equal(await server.mark(), mark, engine)
      for (const id of [1, 2, 3]) {
        await client.query(`INSERT INTO in_${engine} VALUES (${id})`)
        const next = await server.mark()
        assert.notEqual(next, mark, engine)
        mark = next
      }
    }
  })
})

test('a lock of a session that loses its credential does not keep it', async () => {
  await server.applyRoles([named('ada'), named('bob')], 20)
  const holds = await Promise.all(['ada', 'bob'].map((name) => login(server.endpoint, name, name)))
  const ended = holds.map((client) => new Promise((resolve) => client.once('end', resolve)))
  holds.forEach((client, at) => {
    client.query(`CREATE TABLE held_${at} AS SELECT SLEEP(600)`).catch(() => {})
  })
  assert.equal((await untilBusy(2)).busy, 2)
  await server.applyRoles([mysqlRole('ada', 'new')], 20)
  await Promise.all(ended)
  await assert.rejects(login(server.endpoint, 'bob', 'bob'))
})

test('no session sets its buffers to more than a host can give it', async () => {
  await server.applyRoles([named('ada')], 20)
  await as(server, 'ada', 'main', async (client) => {
    const names = ['sort_buffer_size', 'join_buffer_size', 'tmp_table_size', 'max_heap_table_size']
    for (const name of [...names, 'max_session_mem_used', 'read_rnd_buffer_size']) {
      await client.query(`SET SESSION ${name} = 1099511627776`)
      const [[set] = []] = await client.query<RowDataPacket[]>(`SELECT @@${name} AS bytes`)
      assert.ok(Number(set?.bytes) <= 256 * 1024 * 1024, `${name} is ${set?.bytes}`)
    }
  })
})

test('a transaction that has read or written is busy, a session that is only there is not', async () => {
  await server.applyRoles([named('ada')], 20)
  await as(server, 'ada', 'main', async (client) => {
    await client.query('CREATE TABLE held (id int)')
    assert.deepEqual(await untilBusy(0), { sessions: 1, busy: 0 })
    await client.query('BEGIN')
    await client.query('INSERT INTO held VALUES (1)')
    assert.deepEqual(await untilBusy(1), { sessions: 1, busy: 1 })
    await client.query('COMMIT')
    assert.deepEqual(await untilBusy(0), { sessions: 1, busy: 0 })
  })
})

/** MariaDB shows its transactions as they were up to a tenth of a second ago. */
async function untilBusy(busy: number) {
  for (let tries = 0; ; tries++) {
    const activity = await server.activity()
    if (activity.busy === busy || tries === 100) return activity
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}
