import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { Page } from 'playwright-core'
import {
  axeFaults,
  type Browsable,
  layoutFaults,
  linksOf,
  logIn,
  startBrowsable,
} from './browsable-fixture.ts'

let croft: Browsable
before(async () => {
  croft = await startBrowsable()
})
after(() => croft?.stop())

const heading = (page: Page) => page.getByRole('heading', { level: 1 })
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** Opens the start page as a person who was sent its address, and logs in. */
async function enter(login = croft.admin) {
  const tab = await croft.openTab()
  await tab.page.goto(`${croft.url}/api/`)
  await logIn(tab.page, login)
  assert.equal(new URL(tab.page.url()).pathname, '/api/')
  return tab
}

async function createDatabase(page: Page, name: string): Promise<void> {
  const form = section(page, 'Create a database')
  await form.getByLabel('Name').fill(name)
  await form.getByRole('button', { name: 'Create the database' }).click()
}

/** The password that a credential's page hides, and the connection string with it. */
async function readSecrets(page: Page) {
  await page.getByText('Show the password', { exact: true }).click()
  const [password, address] = [page.locator('#password'), page.locator('#connection-string')]
  return { password: await password.innerText(), address: await address.innerText() }
}

async function canLogIn(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 30_000 })
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') return false
    throw error
  } finally {
    await client.end()
  }
}

test('from the start page to a database, a credential, quarantine and back, without having read anything', async () => {
  const { page, problems } = await enter()
  await createDatabase(page, 'Orders of the shop')
  assert.match(await page.getByRole('status').innerText(), /database is ready/)
  assert.match(await heading(page).innerText(), /orders_of_the_shop/)
  const databaseUrl = page.url().replace(/\?.*/, '')
  assert.match(await section(page, 'Connect').innerText(), /postgres:\/\/u_orders_of_the_:<password>@/)

  await page.getByRole('link', { name: 'u_orders_of_the_', exact: true }).click()
  const shown = await page.locator('main').innerText()
  assert.doesNotMatch(shown, /"password"/)
  const first = await readSecrets(page)
  assert.ok(!shown.includes(first.password), 'the password is hidden until it is asked for')
  assert.match(first.password, /^[a-zA-Z2-9]{10}$/)
  assert.equal(await canLogIn(first.address), true)

  await page.getByRole('button', { name: 'Reset the password' }).click()
  assert.match(await page.getByRole('status').innerText(), /password is new/)
  const second = await readSecrets(page)
  assert.notEqual(second.password, first.password)
  assert.equal(await canLogIn(first.address), false)
  assert.equal(await canLogIn(second.address), true)

  await page.goto(databaseUrl)
  await page.getByText('Add a credential').click()
  await page.getByLabel('User name').fill('Reports!')
  await page.getByRole('button', { name: 'Create the credential' }).click()
  assert.match(await heading(page).innerText(), /reports/)
  assert.equal(await canLogIn((await readSecrets(page)).address), true)
  await page.getByText('Delete the credential…').click()
  await page.getByRole('button', { name: 'Delete the credential' }).click()
  assert.match(await page.getByRole('status').innerText(), /credential is deleted/)

  await page.goto(databaseUrl)
  await page.getByText('Delete the database…').click()
  assert.match(await section(page, 'Delete').innerText(), /puts it in quarantine/)
  await page.getByRole('button', { name: 'Put it in quarantine' }).click()
  assert.match(await page.getByRole('status').innerText(), /in quarantine/)
  assert.equal(page.url().replace(/\?.*/, ''), databaseUrl)
  assert.equal(await canLogIn(second.address), false)

  await page.getByRole('button', { name: 'Bring it back' }).click()
  assert.match(await page.getByRole('status').innerText(), /database is back/)
  await page.getByRole('link', { name: 'u_orders_of_the_', exact: true }).click()
  assert.equal(await canLogIn((await readSecrets(page)).address), true)

  for (const button of ['Put it in quarantine', 'Delete the database and its data']) {
    await page.goto(databaseUrl)
    await section(page, 'Delete').locator('summary').click()
    await page.getByRole('button', { name: button }).click()
  }
  assert.match(await page.getByRole('status').innerText(), /database is deleted/)
  const gone = await page.goto(databaseUrl)
  assert.equal(gone?.status(), 404)
  assert.equal(await heading(page).innerText(), 'Not found')
  assert.deepEqual(problems, [])
})

test('a mistake is said at its field, and what was typed stays', async () => {
  const { page, problems } = await enter()
  await page.getByRole('link', { name: 'Projects', exact: true }).first().click()
  await section(page, 'Create a project').getByLabel('Name').fill('Shop & <b>more</b>')
  await page.getByRole('button', { name: 'Create the project' }).click()
  assert.match(await heading(page).innerText(), /Shop & <b>more<\/b>/)
  await page.goto(`${croft.url}/api/`)
  await section(page, 'Create a database').getByLabel('Project').selectOption({ label: 'Shop & <b>more</b>' })
  await createDatabase(page, '!!!')
  const name = section(page, 'Create a database').getByLabel('Name')
  assert.equal(await name.inputValue(), '!!!')
  assert.equal(await name.getAttribute('aria-invalid'), 'true')
  const described = (await name.getAttribute('aria-describedby'))?.split(' ').at(-1)
  assert.match(await page.locator(`#${described}`).innerText(), /at least one letter or digit/)
  assert.match(await page.getByRole('alert').innerText(), /correct what is marked/)
  const project = section(page, 'Create a database').getByLabel('Project')
  assert.equal(await project.locator('option:checked').innerText(), 'Shop & <b>more</b>')
  assert.match(await page.locator('pre.response').innerText(), /^HTTP 400 Bad Request/)
  await createDatabase(page, 'in a project')
  assert.match(await section(page, 'About it').innerText(), /Shop & <b>more<\/b>/)
  assert.deepEqual(problems, [])

  await section(page, 'Change').getByLabel('Project').selectOption({ label: 'None' })
  await page.getByRole('button', { name: 'Change the project' }).click()
  assert.match(await page.getByRole('status').innerText(), /changed/)
  assert.doesNotMatch(await section(page, 'About it').innerText(), /Shop/)
})

test('JSON can be sent, and comes back when it is none', async () => {
  const { page, problems } = await enter()
  await page.goto(`${croft.url}/api/project/`)
  const send = async (text: string) => {
    const json = page.getByLabel('JSON', { exact: true })
    if (!(await json.isVisible())) await page.getByText('Send JSON').click()
    await json.fill(text)
    await page.getByRole('button', { name: 'POST' }).click()
  }
  await send('{"name": "by <textarea>')
  assert.match(await page.getByRole('alert').innerText(), /JSON parse error/)
  assert.equal(await page.getByLabel('JSON', { exact: true }).inputValue(), '{"name": "by <textarea>')
  await send('["name"]')
  assert.match(await page.getByRole('alert').innerText(), /Invalid data/)
  await send('{"name": "by JSON", "_method": "DELETE"}')
  assert.match(await heading(page).innerText(), /by JSON/)
  await page.getByText('Send JSON').click()
  await page.getByLabel('JSON', { exact: true }).fill('{"name": "renamed"}')
  await page.getByRole('button', { name: 'PATCH' }).click()
  assert.match(await heading(page).innerText(), /renamed/)
  assert.deepEqual(problems, [])
})

test('who does not manage the quarantine sees a database no more, and pages offer nothing that is refused', async () => {
  const { url, bootstrap } = { url: croft.url, bootstrap: croft.croft.bootstrap }
  const make = async (path: string, body: object) => {
    const answer = await fetch(`${url}/api/croft/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bootstrap.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.equal(answer.status, 201, await answer.clone().text())
    return (await answer.json()) as { readonly id: string }
  }
  const user = async (email: string, role: string) => {
    const login = { email, password: 'a password of some length' }
    const { id } = await make('/users', login)
    const scope = { type: 'workspace', id: bootstrap.workspaceId }
    await make('/role-bindings', { holder: { type: 'user', id }, role, scope })
    return login
  }
  const { page, problems } = await enter(await user('editor@example.com', 'workspace-editor'))
  await createDatabase(page, 'of an editor')
  const databaseUrl = page.url().replace(/\?.*/, '')
  await page.getByText('Delete the database…').click()
  await page.getByRole('button', { name: 'Put it in quarantine' }).click()
  assert.match(await page.getByRole('status').innerText(), /in quarantine/)
  assert.equal(new URL(page.url()).pathname, '/api/database/')
  assert.equal((await page.goto(databaseUrl))?.status(), 404)
  assert.deepEqual(problems, [])

  const reader = await enter(await user('reader@example.com', 'workspace-reader'))
  for (const path of ['/api/', '/api/database/', '/api/project/'])
    for (const word of [/^Create/, /^Delete/]) {
      await reader.page.goto(url + path)
      assert.equal(await reader.page.getByRole('button', { name: word }).count(), 0, `${path} ${word}`)
    }
  await reader.page.goto(`${url}/api/database/`)
  await reader.page
    .getByRole('table', { name: 'Databases' })
    .getByRole('rowheader')
    .first()
    .getByRole('link')
    .click()
  for (const path of [new URL(reader.page.url()).pathname, '/api/credential/']) {
    await reader.page.goto(url + path)
    // Those in the JSON are data, and stay.
    await reader.page.evaluate(`document.querySelectorAll('.response').forEach((each) => each.remove())`)
    for (const link of await linksOf(reader.page)) {
      const status = (await reader.page.request.get(link)).status()
      assert.ok(status < 400, `${path} leads a reader to ${link}: ${status}`)
    }
  }
})

test('a session that is over leads to the login and back; a form of another site does nothing', async () => {
  const { page } = await enter()
  await page.goto(`${croft.url}/api/plan/?page_size=25`)
  await page.getByRole('button', { name: 'Log out' }).click()
  await logIn(page, croft.admin)
  assert.equal(page.url(), `${croft.url}/api/plan/?page_size=25`)
  await page.goto(`${croft.url}/api/project/`)
  await page.context().clearCookies()
  await section(page, 'Create a project').getByLabel('Name').fill('too late')
  await page.getByRole('button', { name: 'Create the project' }).click()
  await logIn(page, croft.admin)
  assert.equal(page.url(), `${croft.url}/api/project/`)
  assert.equal(await page.getByRole('link', { name: 'too late' }).count(), 0)

  await page.evaluate(`document.querySelector('[name=csrfmiddlewaretoken]').value = 'another'`)
  await section(page, 'Create a project').getByLabel('Name').fill('forged')
  await page.evaluate(
    `document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((each) => each.remove())`,
  )
  await page.getByRole('button', { name: 'Create the project' }).click()
  assert.match(await page.locator('main').innerText(), /CSRF Failed/)
  await page.goto(`${croft.url}/api/project/`)
  assert.equal(await page.getByRole('link', { name: 'forged' }).count(), 0)

  const basic = `Basic ${Buffer.from(`${croft.admin.email}:wrong`).toString('base64')}`
  const refused = await fetch(`${croft.url}/api/database/`, {
    headers: { accept: 'text/html', authorization: basic },
    redirect: 'manual',
  })
  assert.equal(refused.status, 401)
  assert.match(await refused.text(), /Who are you\?/)
})

test('every page is accessible, fits its window and leads to pages that are there', async () => {
  const { page } = await enter()
  for (const name of ['one', 'two']) {
    await page.goto(`${croft.url}/api/`)
    await createDatabase(page, `a rather long name so that it has to be broken somewhere ${name}`)
  }
  const live = new URL(page.url()).pathname
  await page.goto(`${croft.url}/api/`)
  await createDatabase(page, 'to be quarantined')
  const quarantined = new URL(page.url()).pathname
  await section(page, 'Delete').locator('summary').click()
  await page.getByRole('button', { name: 'Put it in quarantine' }).click()
  await page.goto(croft.url + live)
  const credential = new URL(
    `${await page.locator('.connections h3 a').first().getAttribute('href')}`,
    croft.url,
  ).pathname
  const paths = [
    '/api/',
    '/api/database/',
    '/api/database/?page_size=1&page=2&name=',
    '/api/database/?name=nothing',
    live,
    `${live}?done=created`,
    quarantined,
    '/api/credential/',
    credential,
    '/api/project/',
    '/api/plan/',
    '/api/plan/1/',
    '/api/environment/',
    '/api/environment/1/',
    '/api/engine_type/',
    '/api/engine_type/1/',
    '/api/engine/',
    '/api/engine/1/',
    '/api/team/',
    '/api/team/1/',
    '/api/database/999999/',
    `${credential}reset_password/`,
  ]
  const followed = new Set<string>()
  // Colours do not depend on the width, so two looks are all four.
  const looks = [
    { colorScheme: 'light', width: 1200 },
    { colorScheme: 'dark', width: 320 },
  ] as const
  for (const look of looks) {
    const tab = await croft.openTab(look)
    await tab.page.goto(`${croft.url}/api/`)
    const isPhone = look.width < 400
    if (!isPhone) assert.deepEqual(await axeFaults(tab.page), [], 'login')
    await logIn(tab.page, croft.admin)
    for (const [index, path] of paths.entries()) {
      const where = `${path} ${look.colorScheme} ${look.width}`
      const answer = await tab.page.goto(croft.url + path)
      const isFault = (answer?.status() ?? 500) >= 400
      assert.ok(!isFault || /999999|reset_password/.test(path), `${where} ${answer?.status()}`)
      assert.match(answer?.headers()['content-security-policy'] ?? '', /^default-src 'none'/, where)
      await tab.page.screenshot({
        path: `${croft.pictures}/${index}-${look.colorScheme}-${look.width}.png`,
        fullPage: true,
      })
      assert.deepEqual(await layoutFaults(tab.page), [], where)
      // Also of what is folded away.
      await tab.page.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true })`)
      assert.deepEqual(await layoutFaults(tab.page), [], `${where}, unfolded`)
      assert.deepEqual(await axeFaults(tab.page), [], where)
      for (const link of await linksOf(tab.page)) {
        if (followed.has(link) || (isFault && new URL(link).pathname === path)) continue
        followed.add(link)
        assert.equal(new URL(link).origin, croft.url, `${where} links to ${link}`)
        const reached = await tab.page.request.get(link)
        assert.ok(reached.status() < 400, `${where} links to ${link}: ${reached.status()}`)
      }
    }
    assert.deepEqual(tab.problems, [])
    // The checks see what they are for.
    await tab.page.evaluate(`document.querySelector('main button').style.marginLeft = '3000px'`)
    await tab.page.evaluate(`document.querySelector('main p').style.color = '#777'`)
    assert.match((await layoutFaults(tab.page)).join(), /outside of the window/)
    assert.match((await axeFaults(tab.page)).join(), /color-contrast/)
  }
})
