import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'

interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, object | null>>>>>>
  readonly components: object
}

/** The schemas and statuses of the API's own document (of the official Go client), without its texts. */
const contract: Contract = JSON.parse(readFileSync(join(import.meta.dirname, 'contract.json'), 'utf8'))
const validators = new Map<string, ReturnType<typeof Compile>>()

/** `GET /api/accounts/{id}`, of every operation. */
export const OPERATIONS: readonly string[] = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
)

const shapes = Object.keys(contract.paths)
  .map((path) => ({
    path,
    shape: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '([^/]+)')}$`),
    parameters: path.split('{').length,
  }))
  .sort((one, other) => one.parameters - other.parameters)

/** The operation that a request is for, as the contract writes it. */
export function operationOf(method: string, url: string): string {
  const [path = ''] = url.split('?')
  const found = shapes.find(
    ({ path: at, shape }) => shape.test(path) && contract.paths[at]?.[method.toLowerCase()],
  )
  assert.ok(found, `the contract has no ${method} ${path}`)
  return `${method} ${found.path}`
}

/** Throws unless a success has the status and the body that the contract gives the operation. */
export function checkSuccess(operation: string, status: number, body: unknown): void {
  const [method = '', path = ''] = operation.split(' ')
  const declared = contract.paths[path]?.[method.toLowerCase()] ?? {}
  assert.ok(
    Object.hasOwn(declared, String(status)),
    `${operation} answered ${status}, which is not in the contract`,
  )
  const schema = declared[String(status)]
  if (!schema) {
    assert.equal(body, null, `${operation} has no body`)
    return
  }
  const key = `${operation} ${status}`
  const validator = validators.get(key) ?? Compile({ ...schema, components: contract.components })
  validators.set(key, validator)
  const faults = validator.Check(body) ? [] : validator.Errors(body)
  assert.deepEqual(faults, [], `${operation} answered ${JSON.stringify(body)}`)
}
