import { Type } from 'typebox'
import { Id, SelfLink, Shape } from './shape.ts'

/** A thin link from one resource to another. */
export const Reference = (prefix: string, of: string) =>
  Shape(
    {
      id: Id(prefix, `Id of the ${of}.`),
      url: SelfLink,
      name: Type.String({ description: `Name of the ${of}.` }),
    },
    { description: `The ${of}.` },
  )
