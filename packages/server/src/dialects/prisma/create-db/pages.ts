import type { Database } from '../../../domain/databases/index.ts'
import type { Project } from '../../../domain/tenancy/index.ts'
import { html } from '../../page/html.ts'
import type { Page } from '../../page/send-page.ts'
import { showId } from '../ids.ts'

const WHEN = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

export function offerPage(project: Project, expiresAt: Date): Page {
  const start = `/claim/start?projectID=${showId('project', project.id)}`
  return {
    title: 'Claim this database',
    body: html`<h1>Keep ${project.name}</h1>
<p>This temporary project is deleted on <strong>${WHEN.format(expiresAt)} UTC</strong>, with its database,
unless somebody claims it.</p>
<p class="quiet">Claiming moves it to a workspace of yours. Its connection string goes on working.</p>
<p class="actions"><a class="button" href="${start}">Log in and claim it</a></p>`,
  }
}

export function claimedPage(project: Project, databases: readonly Database[]): Page {
  return {
    title: 'Claimed',
    wide: true,
    body: html`<h1>${project.name} is yours</h1>
<p>It is in the workspace <strong>${project.workspace.name}</strong> now and stays there.
Its connection string goes on working.</p>
<table>
<thead><tr><th scope="col">Database</th><th scope="col">Id</th><th scope="col">State</th></tr></thead>
<tbody>${databases.map(
      (database) =>
        html`<tr><td>${database.name}</td><td><code>${showId('database', database.id)}</code></td><td>${database.state}</td></tr>`,
    )}</tbody>
</table>
<p class="quiet">Project <code>${showId('project', project.id)}</code></p>`,
  }
}

export function nothingPage(): Page {
  return {
    status: 404,
    title: 'Nothing to claim',
    body: html`<h1>There is nothing to claim here</h1>
<p>The link is wrong, the database was claimed already, or its time is over and it was deleted.</p>
<p class="quiet">Create another with <code>npx create-db</code>.</p>`,
  }
}

export function failedPage(message: string): Page {
  return {
    status: 400,
    title: 'Not claimed',
    body: html`<h1>The database was not claimed</h1>
<p>${message}</p>
<p class="quiet">Open the claim link again to try once more.</p>`,
  }
}
