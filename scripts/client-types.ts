// Makes TypeScript types out of the OpenAPI document: its schemas by name, the queries and unnamed bodies by operation, and every
// code of refusal. Knows the part of JSON Schema that this document uses and throws at any other.

interface Schema {
  $ref?: string, type?: string | string[], description?: string
  enum?: unknown[], const?: unknown
  properties?: Record<string, Schema>, required?: string[], additionalProperties?: boolean | Schema
  items?: Schema, anyOf?: Schema[], oneOf?: Array<{ required?: string[] } & Schema>, allOf?: Schema[]
}
interface Media { schema?: Schema }
interface Operation {
  operationId?: string, tags?: string[]
  parameters?: Array<{ in: string, name: string, required?: boolean, description?: string, schema: Schema }>
  requestBody?: { content: Record<string, Media> }
  responses: Answers
}
type Answers = Record<string, { content?: Record<string, Media> }>
export interface TypedDocument { paths: Record<string, Record<string, Operation>>, components: { schemas: Record<string, Schema>, responses?: Answers } }

const primitives: Record<string, string> = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null', object: 'Record<string, unknown>' }

export function clientTypes ({ paths, components }: TypedDocument): string {
  const operations = Object.values(paths).flatMap((path) => Object.values(path)).filter(({ tags = [] }) => !tags.some((tag) => tag.startsWith('dialect')))
  return [
    '// The types of the API, out of openapi.yaml: npm run client:types. Not to be edited; long, since it is all of them.',
    ...Object.entries(components.schemas).map(([name, schema]) => declare(name, schema)),
    ...operations.flatMap(unnamedOf),
    `/** Every \`code\` of a refusal. */\nexport type ErrorCode =\n${codesOf([...operations.map(({ responses }) => responses), components.responses ?? {}]).map((code) => `  | '${code}'`).join('\n')}`
  ].join('\n\n') + '\n'
}

/** What an operation takes and answers, where the document gives it no name. */
function unnamedOf ({ operationId = '', parameters = [], requestBody, responses }: Operation): string[] {
  const name = operationId.replace(/^./, (letter) => letter.toUpperCase())
  const query = parameters.filter((parameter) => parameter.in === 'query')
  const body = requestBody?.content['application/json']?.schema
  const answers = Object.entries(responses).filter(([status]) => status < '300').map(([, { content }]) => content?.['application/json']?.schema)
  const answer = answers.find((schema) => schema !== undefined && schema.$ref === undefined)
  return [
    ...(query.length > 0 ? [declare(`${name}Query`, asObject(query))] : []),
    ...(body !== undefined && body.$ref === undefined ? [declare(`${name}Body`, body)] : []),
    ...(answer !== undefined ? [declare(`${name}Answer`, answer)] : [])
  ]
}

function asObject (parameters: NonNullable<Operation['parameters']>): Schema {
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, description, schema }) => [name, { ...schema, ...(description !== undefined && { description }) }])),
    required: parameters.filter(({ required }) => required === true).map(({ name }) => name)
  }
}

function declare (name: string, schema: Schema): string {
  const type = typeOf(schema)
  return `${remark(schema, '')}export ${type.startsWith('{') && schema.oneOf === undefined ? `interface ${name}` : `type ${name} =`} ${type}`
}

function typeOf (schema: Schema, indent = ''): string {
  if (schema.$ref !== undefined) return schema.$ref.replace(/^.*\//, '')
  const choices = schema.anyOf ?? (schema.type === undefined ? schema.oneOf : undefined)
  if (choices !== undefined) return choices.map((choice) => typeOf(choice, indent)).join(' | ')
  if (schema.allOf !== undefined) return schema.allOf.map((part) => typeOf(part, indent)).join(' & ')
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const])
  if (values !== undefined) return values.map((value) => typeof value === 'string' ? `'${value}'` : String(value)).join(' | ')
  if (schema.type === undefined) return 'unknown'
  return [schema.type].flat().map((type) => ofType(type, schema, indent)).join(' | ')
}

function ofType (type: string, schema: Schema, indent: string): string {
  if (type === 'array') return `Array<${typeOf(schema.items ?? {}, indent)}>`
  if (type === 'object' && schema.properties !== undefined) return `{\n${members(schema, `${indent}  `)}\n${indent}}`
  if (type === 'object' && typeof schema.additionalProperties === 'object') return `Record<string, ${typeOf(schema.additionalProperties, indent)}>`
  const primitive = primitives[type]
  if (primitive === undefined) throw new Error(`No TypeScript type is known for ${JSON.stringify(schema)}.`)
  return primitive
}

function members ({ properties = {}, required = [] }: Schema, indent: string): string {
  return Object.entries(properties)
    .map(([name, schema]) => `${remark(schema, indent)}${indent}${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema, indent)}`)
    .join('\n')
}

function remark ({ description }: Schema, indent: string): string {
  return description === undefined ? '' : `${indent}/** ${description.replaceAll('*/', '*\\/')} */\n`
}

function codesOf (answers: Answers[]): string[] {
  const codes = answers
    .flatMap((responses) => Object.values(responses))
    .flatMap(({ content }) => content?.['application/problem+json']?.schema?.allOf ?? [])
    .flatMap(({ properties }) => properties?.code?.enum ?? [])
  return [...new Set(codes.map(String))].sort()
}
