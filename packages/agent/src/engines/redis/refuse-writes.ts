import type { Management } from './management.ts'

/** No room for anything: Redis then refuses every command that could need some, and takes those that delete. */
const NO_ROOM: Readonly<Record<string, string>> = {
  // Before the limit: nothing may be evicted for it, and no client put out.
  'maxmemory-policy': 'noeviction',
  'maxmemory-clients': '0',
  maxmemory: '1',
}

export function createRefuseWrites(management: Management): (refuse: boolean) => Promise<void> {
  let usual: Readonly<Record<string, string>> | undefined
  const set = async (settings: readonly (readonly [string, string])[]) => {
    for (const [name, value] of settings) await management.command('CONFIG', 'SET', name, value)
  }
  return async (refuse) => {
    if (!refuse) {
      if (usual) await set(Object.entries(usual).reverse())
      usual = undefined
      return
    }
    usual ??= await readSettings(management, Object.keys(NO_ROOM))
    await set(Object.entries(NO_ROOM))
  }
}

async function readSettings(
  management: Management,
  names: readonly string[],
): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const name of names) {
    const answer = await management.command('CONFIG', 'GET', name)
    if (Array.isArray(answer)) found[name] = String(answer[1])
  }
  return found
}
