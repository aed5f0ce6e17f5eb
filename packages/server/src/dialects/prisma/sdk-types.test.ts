import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { paths } from '@prisma/management-api-sdk'
import type { Static, TSchema } from 'typebox'
import type { Operation } from '../operation.ts'
import type { PrismaDeps } from './deps.ts'
import { OPERATIONS } from './index.ts'
import type { PrismaContext } from './operation.ts'

/*
 * Compile-time conformance with the official SDK: `tsc` fails here when an operation answers something that
 * the SDK's types do not allow, or refuses a body that they do.
 */

type Routes = typeof OPERATIONS
type Name = keyof Routes
type Schemas<Of extends Name> =
  Routes[Of][2] extends Operation<
    PrismaContext,
    PrismaDeps,
    infer _Params,
    infer _Query,
    infer Body,
    infer Response,
    infer Status
  >
    ? { body: Body; response: Response; status: Status }
    : never

type Sdk<Of extends Name> =
  Lowercase<Routes[Of][0]> extends infer Method
    ? Routes[Of][1] extends keyof paths
      ? Method extends keyof paths[Routes[Of][1]]
        ? paths[Routes[Of][1]][Method]
        : 'the SDK has no such operation'
      : 'the SDK has no such path'
    : never

type SdkAnswer<Of extends Name> =
  Sdk<Of> extends { responses: infer Responses }
    ? Schemas<Of>['status'] extends keyof Responses
      ? Responses[Schemas<Of>['status']] extends { content: { 'application/json': infer Body } }
        ? Body
        : undefined
      : 'the SDK has no such status'
    : Sdk<Of>

/** A restore to a moment is an extension of ours, which the SDK cannot ask for; what it asks for answers so. */
type AnswerToSdk<Of extends Name> = Of extends 'restoreDatabase'
  ? WithoutMoments<Static<Schemas<Of>['response']>>
  : Static<Schemas<Of>['response']>
type WithoutMoments<Answer> = Answer extends { data: infer Restored extends { source: unknown } }
  ? { data: Omit<Restored, 'source'> & { source: Extract<Restored['source'], { type: 'backup' }> } }
  : never

type AnswerFits<Of extends Name> = Schemas<Of>['status'] extends 204
  ? SdkAnswer<Of> extends undefined
    ? true
    : SdkAnswer<Of>
  : AnswerToSdk<Of> extends SdkAnswer<Of>
    ? true
    : { ours: AnswerToSdk<Of>; theirs: SdkAnswer<Of> }

type SdkBody<Of extends Name> =
  Sdk<Of> extends { requestBody?: infer Request }
    ? NonNullable<Request> extends { content: { 'application/json': infer Body } }
      ? Body
      : never
    : never

// Of `requestBody?: never` it infers unknown.
type BodyFits<Of extends Name> =
  unknown extends SdkBody<Of>
    ? true
    : TSchema extends Schemas<Of>['body']
      ? 'the SDK sends a body'
      : SdkBody<Of> extends Static<Schemas<Of>['body']>
        ? true
        : { ours: Static<Schemas<Of>['body']>; theirs: SdkBody<Of> }

/** Here the SDK's types allow a null that its own documents say is rejected. */
type NullRejected = 'createDatabase' | 'updateDatabase' | 'updateBranch'

type Assert<Fits extends true> = Fits
export type Answers = Assert<{ [Of in Name]: AnswerFits<Of> }[Name]>
export type Bodies = Assert<
  { [Of in Exclude<Name, NullRejected>]: BodyFits<Of> }[Exclude<Name, NullRejected>]
>

test('every operation says what it answers', () => {
  for (const [name, [, , operation]] of Object.entries<
    readonly [string, string, Operation<PrismaContext, PrismaDeps>]
  >(OPERATIONS)) {
    assert.equal(operation.response === undefined, operation.status === 204, name)
  }
})
