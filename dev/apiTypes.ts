import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTypes, { type OpenAPI3 } from 'openapi-typescript'
import { createOpenApi } from '../api/openapi/document.ts'
import { writeWhole } from './stack/home.ts'

// Writes the web app's view of the API: `openapi.json`, made from the schemas that read requests, and its types. Runs
// before the type check and before the app is built; neither file is committed.

const folder = fileURLToPath(new URL('../web/generated/', import.meta.url))
const document = JSON.stringify(createOpenApi('/'))
mkdirSync(folder, { recursive: true })
writeWhole(`${folder}openapi.json`, `${document}\n`)
writeWhole(`${folder}api.ts`, await openapiTypes(JSON.parse(document) as OpenAPI3))
