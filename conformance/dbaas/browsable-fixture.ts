import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium } from '../harness/chromium.ts'
import { newDataDirectory, removeDataDirectory, startCroft } from '../harness/croft.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
// Runs in the page, and so is no part of this program.
const LAYOUT_FAULTS = readFileSync(join(import.meta.dirname, 'layout-faults.mjs'), 'utf8')
const PATIENCE_MS = 60_000

export interface Look {
  readonly colorScheme: 'light' | 'dark'
  readonly width: number
}

export interface Login {
  readonly email: string
  readonly password: string
}

/** A window of a browser that keeps what went wrong in it. */
export interface Tab {
  readonly page: Page
  /** Console errors, violations of the policy, requests that failed; pages that are to answer 4xx do not count. */
  readonly problems: string[]
}

/** Croft and a Chromium that looks at it. */
export async function startBrowsable() {
  const dataDirectory = await newDataDirectory()
  const croft = await startCroft(dataDirectory)
  const browser = await launchChromium().catch(async (error: unknown) => {
    await croft.stop()
    throw error
  })
  const pictures = await mkdtemp(join(tmpdir(), 'croft-pages-'))

  async function openTab({ colorScheme, width }: Look = { colorScheme: 'light', width: 1200 }): Promise<Tab> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const problems: string[] = []
    page.on('console', (message) => {
      const isAnswer = /the server responded with a status of 4\d\d/.test(message.text())
      if (message.type() === 'error' && !isAnswer) problems.push(`${page.url()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
    page.on('requestfailed', (request) => problems.push(`${request.url()}: ${request.failure()?.errorText}`))
    return { page, problems }
  }

  const { adminEmail, adminPassword, url } = croft.bootstrap
  return {
    croft,
    url,
    pictures,
    admin: { email: adminEmail, password: adminPassword },
    openTab,
    async stop() {
      await browser.close()
      await croft.stop()
      await removeDataDirectory(dataDirectory)
      if (process.env.CROFT_KEEP_PICTURES) console.log(`pictures of the pages: ${pictures}`)
      else await rm(pictures, { recursive: true })
    },
  }
}
export type Browsable = Awaited<ReturnType<typeof startBrowsable>>

/** Fills in the login page that the browser was led to. */
export async function logIn(page: Page, { email, password }: Login): Promise<void> {
  assert.match(page.url(), /\/login\?return_to=/)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL(({ pathname }) => pathname !== '/login')
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string | null
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
  }[]
}

/** What axe finds wrong with a page, minor things left out. */
export async function axeFaults(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the policy of the page stays in force.
  await page.evaluate(AXE)
  const result = (await page.evaluate('axe.run(document)')) as AxeResult
  return result.violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`))
}

/** Boxes that are outside of the window or lie over each other: true whatever fonts there are. */
export async function layoutFaults(page: Page): Promise<string[]> {
  return (await page.evaluate(LAYOUT_FAULTS)) as string[]
}

/** Addresses that a page links to, without what is after `#`. */
export async function linksOf(page: Page): Promise<string[]> {
  const links = (await page.evaluate('Array.from(document.links, ({ href }) => href)')) as string[]
  return Array.from(new Set(links.map((link) => link.split('#')[0] ?? '')))
}
