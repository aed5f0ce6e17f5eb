import type { Snippet } from '../snippet.ts'

/** What holds for every data service that Croft runs. */
export const GENERAL: readonly Snippet[] = [
  {
    title: 'Connect to a deployment',
    keywords: 'connect connection host port hostname endpoint address client login string url driver',
    text: `\`GET /api/deployments/{id}/connection-info\` tells host names and ports, \`GET /api/deployments/{id}/credentials\` the password. A deployment that sleeps wakes with the first connection.`,
  },
  {
    title: 'Back up a deployment',
    keywords: 'backup back dump snapshot save copy schedule retention adhoc',
    text: `Make a backup target once (\`POST /api/tenants/{id}/backup-targets\`), then \`POST /api/deployments/{id}/backups\` with \`{"backup_type":"adhoc","backup_level":"snapshot","backup_target_id":"..."}\`. For backups on a schedule, make a backup policy and give the deployment a \`scheduled_backup\`.`,
  },
  {
    title: 'Restore a backup',
    keywords: 'restore recover recovery backup back rollback lost deleted',
    text: `\`POST /api/backup-jobs/{id}/restore\` with \`{"name":"...","namespace_id":"...","deployment_target_id":"..."}\` makes a new deployment from a backup; the old one stays as it is. \`GET /api/restores/{id}\` shows how far it is.`,
  },
  {
    title: 'Change the resources of a deployment',
    keywords: 'scale resize cpu memory storage size resources nodes grow upgrade performance slow limit',
    text: `\`PUT /api/deployments/{id}\` with another \`resource_settings_template_id\` (processor, memory, storage), \`node_count\` or \`image_id\` (version). Storage only grows. \`GET /api/compatible-versions\` tells which versions it can be changed to.`,
  },
  {
    title: 'Change settings of the server',
    keywords: 'configure configuration setting settings parameter parameters option template tune',
    text: `Settings are in application configuration templates: \`POST /api/tenants/{id}/application-configuration-templates\`, then \`PUT /api/deployments/{id}\` with its id, or with \`application_configuration_overrides\` for single values.`,
  },
  {
    title: 'Let somebody else work with deployments',
    keywords: 'access permission permissions grant role roles user users account allow authorize invite',
    text: `Roles say what somebody may do in an account, a tenant, a project or a namespace: \`POST /api/accounts/{id}/iam\` with \`{"actor_id":"...","data":{...}}\`, or invite by e-mail with \`POST /api/accounts/{id}/account-role-invitations\`.`,
  },
]
