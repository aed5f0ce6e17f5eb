const CONSOLE = 'workspaces are made, changed and deleted by their own API'
const SECRETS = 'Croft keeps no secrets of a workspace yet; they come with apps'
const AUTOMATIONS = 'Croft has no automations yet; functions and triggers come with apps'
const APPS = 'Croft has no store of apps'
const PAGES = 'Croft has no pages yet; hosting comes with apps'
const FILES = 'Croft has no files yet; hosting comes with apps'
const DSUL = 'Croft keeps no versions of a workspace and exports none'
const SEARCH = 'Croft has no search by aggregations; list events instead'
const INTERNAL = 'it is between parts of Prisme.ai'

const workspace = '/v2/workspaces/{workspaceId}'

/**
 * The operations of Prisme.ai's API that Croft does not offer, with the reason. They answer 501 to a caller with
 * credentials; COVERAGE.md lists them.
 */
export const REFUSED: readonly (readonly [methods: string, path: string, reason: string])[] = [
  ['GET PUT PATCH', `${workspace}/security/secrets`, SECRETS],
  ['DELETE', `${workspace}/security/secrets/{secretName}`, SECRETS],
  ['GET POST', '/v2/pages/{pageId}/permissions', PAGES],
  ['DELETE', '/v2/pages/{pageId}/permissions/{id}', PAGES],
  ['POST', `${workspace}/search`, SEARCH],
  ['POST', '/v2/search', SEARCH],
  ['GET POST PUT PATCH DELETE', `${workspace}/webhooks/{automationSlug}`, AUTOMATIONS],
  ['POST', `${workspace}/test/{automationSlug}`, AUTOMATIONS],
  ['PATCH DELETE', workspace, CONSOLE],
  ['POST', '/v2/workspaces', CONSOLE],
  ['GET POST', `${workspace}/automations`, AUTOMATIONS],
  ['GET PATCH DELETE', `${workspace}/automations/{slug}`, AUTOMATIONS],
  ['GET POST', `${workspace}/apps`, APPS],
  ['GET PATCH DELETE', `${workspace}/apps/{slug}`, APPS],
  ['GET POST', `${workspace}/pages`, PAGES],
  ['GET PATCH DELETE', `${workspace}/pages/{slug}`, PAGES],
  ['GET', '/v2/pages/{workspaceSlug}/{pageSlug}', PAGES],
  ['GET POST', `${workspace}/files`, FILES],
  ['GET PATCH DELETE', `${workspace}/files/{id}`, FILES],
  ['GET POST', '/v2/apps', APPS],
  ['GET POST DELETE', '/v2/apps/{appSlug}', APPS],
  ['GET POST', `${workspace}/versions`, DSUL],
  ['POST', `${workspace}/import`, DSUL],
  ['GET', `${workspace}/export`, DSUL],
  ['POST', '/v2/contacts', INTERNAL],
]

/** The same, one row per operation. */
export const REFUSED_OPERATIONS = REFUSED.flatMap(([methods, path, reason]) =>
  methods.split(' ').map((method) => ({ method, path, reason })),
)
