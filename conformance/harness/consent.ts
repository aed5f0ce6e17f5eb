import assert from 'node:assert/strict'
import { type Browser, formOf, type Page } from './browser.ts'
import type { Bootstrap } from './croft.ts'

/** Opens a link of an application as the first administrator, who logs in if need be: the page of the consent. */
export async function openConsent(browser: Browser, bootstrap: Bootstrap, url: string): Promise<Page> {
  const page = await browser.open(url)
  if (!page.html.includes('action="/authorize/login')) return page
  const { adminEmail: email, adminPassword: password } = bootstrap
  return browser.submit(page, formOf(page, '/authorize/login'), { email, password })
}

/** Allows it in the workspace of this name, or the only one there is. Answers the page after that. */
export async function allow(browser: Browser, consent: Page, workspace?: string): Promise<Page> {
  assert.equal(consent.status, 200, consent.html)
  const form = formOf(consent, '/authorize/consent')
  const value = workspace === undefined ? Object.values(form.choices)[0] : form.choices[workspace]
  assert.ok(value, `no such workspace: ${JSON.stringify(form.choices)}`)
  return browser.submit(consent, form, { workspace: value, decision: 'allow' })
}
