import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** Whether each part that requests need works, by name. */
export type Ready = () => Promise<Record<string, boolean>>

const TIMEOUT_MS = 2_000

async function partsOf(ready: Ready): Promise<Record<string, boolean>> {
  const late = new AbortController()
  const timeout = sleep(TIMEOUT_MS, { answered: false }, { signal: late.signal, ref: false })
  try {
    return await Promise.race([ready(), timeout])
  } catch {
    return { answered: false }
  } finally {
    late.abort()
    timeout.catch(() => undefined)
  }
}

/** `/livez`: the process works. `/readyz`: it should get requests; 503 while it drains or a part is away. */
export function answerHealth(app: FastifyInstance, ready: Ready, isDraining: () => boolean): void {
  const route = (operation: string) => ({
    config: { operation: `platform.${operation}`, unlimited: true },
    schema: { hide: true },
  })
  app.get('/livez', route('getLiveness'), async () => ({ live: true }))
  app.get('/readyz', route('getReadiness'), async (_request, reply) => {
    const draining = isDraining()
    const parts = await partsOf(ready)
    const isReady = !draining && Object.values(parts).every(Boolean)
    return reply.code(isReady ? 200 : 503).send({ ready: isReady, draining, parts })
  })
}
