import { type Command, Option } from 'commander'
import type { BackupTarget } from '../client/backup-resources.ts'
import { findBackupTarget } from '../client/find-backup-target.ts'
import { findWorkspace } from '../client/find-workspace.ts'
import { waitFor } from '../client/wait.ts'
import type { Context } from '../context.ts'
import { CliFault } from '../fault.ts'
import { askSecret, askText } from '../output/ask.ts'
import { confirm } from '../output/confirm.ts'
import { formatTime } from '../output/format.ts'
import type { Shown } from '../output/writer.ts'
import { addSessionOptions, openSession, type Session, type SessionOptions, withStep } from './session.ts'

interface TargetOptions extends SessionOptions {
  readonly workspace?: string
  readonly yes?: boolean
}

interface S3Options extends TargetOptions {
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly prefix?: string
  readonly pathStyle?: boolean
  readonly accessKeyId?: string
}

const PROBE_SECONDS = 60

function place({ location }: BackupTarget): string {
  if (location.type === 'directory') return location.path
  const bucket = location.type === 'azure' ? location.container : location.bucket
  return `${location.endpoint}/${[bucket, location.prefix].filter(Boolean).join('/')}`
}

/** What only S3 has. */
const s3 = ({ location }: BackupTarget) => (location.type === 's3' ? location : null)

const ROW: Shown<BackupTarget> = {
  key: ({ id }) => id,
  fields: [
    { title: 'Name', value: ({ name }) => name },
    { title: 'Type', value: ({ location }) => location.type },
    { title: 'Place', value: place },
    { title: 'State', value: ({ state }) => state },
    { title: 'Databases', value: ({ databases }) => databases },
    { title: 'Id', value: ({ id }) => id },
  ],
}

const RECORD: Shown<BackupTarget> = {
  key: ({ id }) => id,
  fields: [
    ...ROW.fields,
    { title: 'Message', value: ({ stateMessage }) => stateMessage },
    { title: 'Checked', value: ({ probedAt }) => formatTime(probedAt) },
    { title: 'Region', value: (target) => s3(target)?.region },
    {
      title: 'Bucket in',
      value: (target) => s3(target) && (s3(target)?.pathStyle ? 'the path' : 'the host name'),
    },
    { title: 'Access key', value: (target) => s3(target)?.accessKeyId },
    { title: 'Created', value: ({ createdAt }) => formatTime(createdAt) },
  ],
}

/** Waits for what a probe found that began after `before`, and throws when it was no good. */
async function probed({ api }: Session, target: BackupTarget, before: string | null): Promise<BackupTarget> {
  const found = await waitFor(
    target,
    () => api.get<BackupTarget>(`/backup-targets/${target.id}`),
    (now) => now.state !== 'unknown' && now.probedAt !== before,
    { seconds: PROBE_SECONDS, what: 'The check', onChange: () => {} },
  )
  if (found.state === 'ok') return found
  throw new CliFault(`${found.name} cannot be used: ${found.stateMessage ?? 'no reason was given'}`, {
    hint: `Once that is mended: croft backup target check ${found.name}. Another access key: croft backup target rotate-key ${found.name}`,
  })
}

async function create(
  session: Session,
  options: TargetOptions,
  body: Readonly<Record<string, unknown>> & { readonly name: string },
): Promise<void> {
  const { api, writer } = session
  const workspaceId = await findWorkspace(api, options.workspace)
  const made = await withStep(
    session.step(`Adding ${body.name}, and writing and reading there`),
    async () => {
      const target = await api.post<BackupTarget>(`/workspaces/${workspaceId}/backup-targets`, body)
      return target.probedAt === null ? probed(session, target, null) : target
    },
    ({ name }) => `${name} can be used`,
  )
  writer.record(made, RECORD)
  writer.note(`Use it: croft backup policy set DATABASE --target ${made.name}`)
}

/** Secrets come from the environment or are asked for: arguments stand in histories and process lists. */
async function readKeys(context: Context, accessKeyId: string | undefined) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = context.env
  const id =
    accessKeyId ??
    (AWS_ACCESS_KEY_ID ||
      (await askText(context, 'Access key id', 'Give it with --access-key-id or AWS_ACCESS_KEY_ID.')))
  const secret =
    AWS_SECRET_ACCESS_KEY ||
    (await askSecret(context, 'Secret access key', 'Give it in AWS_SECRET_ACCESS_KEY.'))
  return { accessKeyId: id, secretAccessKey: secret }
}

const ACCESS_KEY = ['--access-key-id <id>', 'or AWS_ACCESS_KEY_ID; asked for otherwise'] as const

const addTargetOptions = (command: Command) =>
  addSessionOptions(command).option(
    '--workspace <id>',
    'the workspace it belongs to (default: the one of the token)',
  )

export function addBackupTargetCommands(backup: Command, context: Context): void {
  const noun = backup
    .command('target')
    .summary('say where backups are kept')
    .description('Backup targets: directories and S3-compatible stores that backups and archives go to.')
    .addHelpText(
      'after',
      `
Examples:
  $ export AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=...
  $ croft backup target create s3 offsite --endpoint https://s3.eu-central-1.amazonaws.com \\
      --region eu-central-1 --bucket my-backups --prefix croft
  $ croft backup policy set shop --target offsite`,
    )

  addTargetOptions(noun.command('list').alias('ls').description('List backup targets.')).action(
    async (options: TargetOptions) => {
      const { api, writer } = openSession(context, options)
      const workspaceId = await findWorkspace(api, options.workspace)
      const all = await api.list<BackupTarget>(`/workspaces/${workspaceId}/backup-targets`)
      const empty = 'None: backups lie in the directory of each host. Add one: croft backup target create'
      writer.list(all, { ...ROW, empty })
    },
  )

  addTargetOptions(noun.command('show <target>').description('Show one backup target.')).action(
    async (name: string, options: TargetOptions) => {
      const { api, writer } = openSession(context, options)
      writer.record(await findBackupTarget(api, name, options.workspace), RECORD)
    },
  )

  const kinds = noun.command('create').description('Add a backup target, and check that it can be used.')
  addTargetOptions(
    kinds
      .command('s3 <name>')
      .description(
        'A bucket of an S3-compatible store. The secret comes from AWS_SECRET_ACCESS_KEY, or is asked for.',
      ),
  )
    .requiredOption('--endpoint <url>', 'origin of the service, such as https://s3.example.com')
    .requiredOption('--region <region>', 'as the service calls it')
    .requiredOption('--bucket <bucket>', 'which must exist')
    .option('--prefix <prefix>', 'what all keys begin with')
    .option('--path-style', 'address the bucket in the path, as MinIO wants it, not in the host name')
    .option(...ACCESS_KEY)
    .action(async (name: string, options: S3Options) => {
      const { endpoint, region, bucket, prefix = '', pathStyle = false } = options
      const keys = await readKeys(context, options.accessKeyId)
      const location = { type: 's3', endpoint, region, bucket, prefix, pathStyle, ...keys }
      await create(openSession(context, options, 'platform'), options, { name, location })
    })
  addTargetOptions(
    kinds
      .command('directory <name> <path>')
      .description('A directory that databases’ hosts can write to. For administrators of the platform.'),
  ).action(async (name: string, path: string, options: TargetOptions) => {
    await create(openSession(context, options, 'platform'), options, {
      name,
      location: { type: 'directory', path },
    })
  })

  const check = async (session: Session, { id, name, probedAt }: BackupTarget) =>
    withStep(
      session.step(`Writing and reading at ${name}`),
      async () =>
        probed(session, await session.api.post<BackupTarget>(`/backup-targets/${id}/probe`, {}), probedAt),
      () => `${name} can be used`,
    )

  addTargetOptions(
    noun.command('check <target>').description('Write, read and remove a small object there.'),
  ).action(async (name: string, options: TargetOptions) => {
    const session = openSession(context, options)
    const found = await check(session, await findBackupTarget(session.api, name, options.workspace))
    if (session.writer.options.output === 'json') session.writer.record(found, RECORD)
  })

  addTargetOptions(
    noun
      .command('rotate-key <target>')
      .description(
        'Replace the access key of an S3 target, and check it. The secret comes from AWS_SECRET_ACCESS_KEY.',
      ),
  )
    .option(...ACCESS_KEY)
    .action(async (name: string, options: TargetOptions & { accessKeyId?: string }) => {
      const session = openSession(context, options, 'platform')
      const target = await findBackupTarget(session.api, name, options.workspace)
      const location = await readKeys(context, options.accessKeyId)
      await check(
        session,
        await session.api.patch<BackupTarget>(`/backup-targets/${target.id}`, { location }),
      )
    })

  addTargetOptions(
    noun
      .command('delete <target>')
      .alias('rm')
      .description('Forget a target that nothing uses; what lies there stays.'),
  )
    .addOption(new Option('-y, --yes', 'do not ask'))
    .action(async (name: string, options: TargetOptions) => {
      const { api, writer } = openSession(context, options)
      const target = await findBackupTarget(api, name, options.workspace)
      await confirm(context, `Delete the backup target ${target.name}?`, options.yes ?? false)
      await api.remove(`/backup-targets/${target.id}`)
      writer.note(`Deleted ${target.name}.`)
    })
}
