// Writes client/src/api-types.ts from openapi.yaml: npm run client:types. test/client/api-types.test.ts holds the file to it.
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { clientTypes, type TypedDocument } from './client-types.js'

const document = parse(readFileSync(new URL('../openapi.yaml', import.meta.url), 'utf8')) as TypedDocument
writeFileSync(new URL('../client/src/api-types.ts', import.meta.url), clientTypes(document))
