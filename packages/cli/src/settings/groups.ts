import type { SettingName } from '@croft/protocol'

/** In which part of `croft start --help` a setting is shown. */
export const SETTING_GROUPS: Readonly<Record<string, readonly SettingName[]>> = {
  'Where things are': [
    'CROFT_DATA_DIR',
    'CROFT_DATABASE_URL',
    'CROFT_KEYS_FILE',
    'CROFT_ENGINES_DIR',
    'CROFT_RUN_AS',
    'CROFT_LOG_LEVEL',
  ],
  Network: [
    'CROFT_HOST',
    'CROFT_PORT',
    'CROFT_POSTGRES_PORT',
    'CROFT_MARIADB_PORT',
    'CROFT_REDIS_PORT',
    'CROFT_DATABASE_PORTS',
    'CROFT_AGENT_METRICS_PORT',
    'CROFT_PUBLIC_URL',
    'CROFT_GATEWAY_HOST',
    'CROFT_TLS_CERT',
    'CROFT_TLS_KEY',
  ],
  'API and limits': [
    'CROFT_RATE_LIMIT',
    'CROFT_BODY_LIMIT',
    'CROFT_CREATE_DB',
    'CROFT_PROVISION_WAIT_MS',
    'CROFT_CHECK_RESPONSES',
    'CROFT_COPILOT_URL',
    'CROFT_COPILOT_MODEL',
    'CROFT_COPILOT_KEY',
  ],
  'People and the trail': [
    'CROFT_ADMIN_EMAIL',
    'CROFT_SMTP_URL',
    'CROFT_MAIL_FROM',
    'CROFT_OIDC_ISSUER',
    'CROFT_OIDC_CLIENT_ID',
    'CROFT_OIDC_CLIENT_SECRET',
    'CROFT_EVENT_RETENTION_DAYS',
  ],
  Databases: [
    'CROFT_IDLE_TIMEOUT_SECONDS',
    'CROFT_QUARANTINE_DAYS',
    'CROFT_WARM_SERVERS',
    'CROFT_WARM_DIRECTORIES',
  ],
  Backups: [
    'CROFT_BACKUP_SCHEDULE',
    'CROFT_BACKUP_RETENTION_DAYS',
    'CROFT_DELETED_RETENTION_DAYS',
    'CROFT_BACKUP_ENCRYPTION',
    'CROFT_WORKSPACE_BACKUP_TARGETS',
    'CROFT_PRIVATE_BACKUP_TARGETS',
    'CROFT_BACKUP_CONCURRENCY',
    'CROFT_VERIFY_BACKUPS',
    'CROFT_ARCHIVE_RESERVE_MB',
  ],
  'Joining an API elsewhere': ['CROFT_SERVER_URL', 'CROFT_AGENT_TOKEN'],
}

export type ProcessCommand = 'start' | 'server' | 'agent'

const AGENT_ONLY: readonly SettingName[] = ['CROFT_SERVER_URL', 'CROFT_AGENT_TOKEN']
const NOT_FOR_AGENT: readonly SettingName[] = [
  ...(SETTING_GROUPS['API and limits'] ?? []),
  ...(SETTING_GROUPS['People and the trail'] ?? []),
  'CROFT_PORT',
  'CROFT_PUBLIC_URL',
  'CROFT_DATABASE_URL',
  'CROFT_KEYS_FILE',
]

/** Whether a command shows a flag in its help; every command accepts all, so that one set of variables serves all. */
export function concerns(command: ProcessCommand, name: SettingName): boolean {
  return command === 'agent' ? !NOT_FOR_AGENT.includes(name) : !AGENT_ONLY.includes(name)
}
