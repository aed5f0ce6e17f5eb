import { Type } from 'typebox'
import { operation } from '../../operation.ts'

const tag = 'Metadata'

/** Of the API; Croft has no Helm chart, and no builds with numbers. */
const API_VERSION = '121'
const METADATA = { helm_chart_version: '1.21.0', pds_build_number: Number(API_VERSION), features: {} }

const Metadata = Type.Object({
  helm_chart_version: Type.String({ description: 'A semantic version; clients compare it.' }),
  pds_build_number: Type.Integer(),
  features: Type.Record(Type.String(), Type.String()),
})

export const getMetadata = operation({
  tag,
  summary: 'What is served',
  status: 200,
  response: Metadata,
  async handle() {
    return METADATA
  },
})

export const getApiVersion = operation({
  tag,
  summary: 'What is served, with the version of the API',
  description: 'Deprecated in the original in favour of /api/metadata.',
  status: 200,
  response: Type.Object({ ...Metadata.properties, api_version: Type.String() }),
  async handle() {
    return { ...METADATA, api_version: API_VERSION }
  },
})
