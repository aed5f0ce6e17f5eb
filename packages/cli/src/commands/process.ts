import type { Command } from 'commander'
import type { Context } from '../context.ts'
import type { ProcessCommand } from '../settings/groups.ts'

const TEXTS: Readonly<Record<ProcessCommand, { summary: string; description: string; after: string }>> = {
  start: {
    summary: 'run all of Croft on this machine, until Ctrl-C',
    description:
      'Runs everything on this machine: the metadata database, the API, one local agent and its gateways.\n' +
      'The first start makes the data directory and prints the admin login; later starts have all data again.',
    after: `
Every flag can be given as a variable, too: --data-dir is CROFT_DATA_DIR.

Examples:
  $ croft start                                      everything in ./.croft
  $ croft start --data-dir ./second --port 0 --postgres-port 0 --mariadb-port 0 --redis-port 0 --database-ports 0
                                                     a second one on this machine; its bootstrap.json says which ports
  $ croft start --host 0.0.0.0                       reachable from other machines
  $ croft start --database-url postgres://db/croft   metadata in a PostgreSQL of yours`,
  },
  server: {
    summary: 'run one API server in the foreground',
    description:
      'Runs the API and its jobs only, for setups with several servers or with agents on other hosts.\n' +
      'Servers that share one metadata database work side by side.',
    after: `
Examples:
  $ CROFT_DATABASE_URL=postgres://croft:secret@db/croft croft server --host 0.0.0.0`,
  },
  agent: {
    summary: 'run the agent of one host in the foreground',
    description: 'Runs the databases and gateways of this host for an API elsewhere.',
    after: `
Examples:
  $ CROFT_AGENT_TOKEN=... croft agent --server-url https://croft.example --gateway-host db1.example`,
  },
}

/**
 * `start`, `server` and `agent`. Their flags come from the settings' schema, whose validator takes 0.2 s to load, so
 * they are added only when one of these commands is about to run or to be explained.
 */
export async function addProcessCommands(
  program: Command,
  context: Context,
  words: readonly string[],
): Promise<void> {
  for (const kind of ['start', 'server', 'agent'] as const) {
    const text = TEXTS[kind]
    const command = program
      .command(kind)
      .summary(text.summary)
      .description(text.description)
      .addHelpText('after', text.after)
    if (!words.includes(kind)) continue
    const { addSettingFlags } = await import('../settings/flags.ts')
    addSettingFlags(command, kind)
    command.action(async (flags: Record<string, unknown>) => {
      const { runProcess } = await import('../start/run-process.ts')
      process.exitCode = await runProcess(kind, context, flags)
    })
  }
}
