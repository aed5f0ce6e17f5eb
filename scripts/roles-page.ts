import { ROLES, type Role } from '../packages/server/src/domain/access/rules/roles.ts'

const LEVELS = {
  platform: 'the platform',
  organization: 'an organization',
  workspace: 'a workspace',
  project: 'a project',
  namespace: 'a namespace',
  database: 'a database',
  app: 'an app',
} as const

function permissionLine({ actions, subjects }: Role['permissions'][number]): string {
  const list = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ')
  return `- ${list(actions)}: ${subjects.length === 0 ? 'everything' : list(subjects)}`
}

/** `docs/reference/roles.md`: the built-in roles with their permissions. */
export function rolesPage(): string {
  const roles = Object.entries<Role>(ROLES)
  const rows = roles.map(([name, { level, title }]) => `| \`${name}\` | ${LEVELS[level]} | ${title} |`)
  const details = roles.map(
    ([name, { permissions }]) => `### ${name}\n\n${permissions.map(permissionLine).join('\n')}`,
  )
  return `<!-- Written by scripts/write-reference.ts from packages/server/src/domain/access/rules/roles.ts. -->

# Roles

A role is held by a user or a service identity at one place, and reaches all that is inside it: give it with \`croft role add\` or by
an invitation. Portworx' API calls organizations accounts and workspaces tenants: its \`account-admin\` is \`organization-admin\` here.
[Rules](rules.md) say what the actions and subjects mean.

| role | held at | what its holder may do |
| --- | --- | --- |
${rows.join('\n')}

## Permissions

${details.join('\n\n')}
`
}
