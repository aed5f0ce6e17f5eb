import { authorize, type Call } from '../access/index.ts'
import { POLICY_SAMPLES, type PolicySample } from './policy-samples.ts'
import { SAMPLES, type Sample } from './samples.ts'
import type { TemplateKind } from './template.ts'

/** What new workspaces are given, of a kind. For anybody who is logged in. */
export function listSamples<Kind extends TemplateKind>(
  call: Call,
  { kind, dataServiceId }: { readonly kind: Kind; readonly dataServiceId?: string | undefined },
): readonly Sample<Kind>[] {
  authorize(call.principal, 'read', 'regions', {})
  const samples: readonly Sample<Kind>[] = SAMPLES[kind]
  return samples.filter(
    (sample) => dataServiceId === undefined || sample.dataServiceId === dataServiceId.toLowerCase(),
  )
}

/** For anybody who is logged in. */
export function listPolicySamples(call: Call): readonly PolicySample[] {
  authorize(call.principal, 'read', 'regions', {})
  return POLICY_SAMPLES
}
