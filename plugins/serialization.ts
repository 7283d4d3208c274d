// How answers become text: by the serializers that Fastify itself compiles from the schemas, each when it is first needed.
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifyServerOptions } from 'fastify'
import { once } from '../src/once.js'

type BuildSerializer = NonNullable<NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>['buildSerializer']>

export const buildSerializer: BuildSerializer = (schemas, options) => {
  const compile = SerializerSelector()(schemas, options)
  return (route) => {
    const serialize = once(() => compile(route))
    return (document: unknown) => serialize()(document)
  }
}
