import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { FromAgent, FromServer } from './message.ts'

/** A message that does not fit its schema; `faults` says where, never with the values. */
export class MalformedMessage extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`malformed message: ${faults.slice(0, 5).join('; ')}`)
    this.name = 'MalformedMessage'
    this.faults = faults
  }
}

function decoder<Schema extends TSchema>(schema: Schema): (text: string) => Static<Schema> {
  const check = Compile(schema)
  return (text) => {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw new MalformedMessage(['not JSON'])
    }
    if (check.Check(value)) return value
    throw new MalformedMessage(check.Errors(value).map((e) => `${e.instancePath || '/'} ${e.message}`))
  }
}

/** Parses and checks what an agent sent. Throws `MalformedMessage`. */
export const decodeFromAgent = decoder(FromAgent)
/** Parses and checks what a server sent. Throws `MalformedMessage`. */
export const decodeFromServer = decoder(FromServer)
