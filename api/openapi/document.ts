import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi'
import { cookiePrefixOf } from '../identity/auth.ts'
import { endpoints, openEndpoints, TAGS } from '../staff/endpoints.ts'
import { addExamples } from './examples.ts'
import { liveOperation } from './live.ts'
import { operationOf } from './operation.ts'
import { problemSchema } from './problems.ts'

const ABOUT = `Onboards the clients of accounting practices.

**Problems.** Every answer that is not a success is \`application/problem+json\` with a stable \`code\`; each operation lists its codes. Another method than those described is answered 405 with \`Allow\`, another address 404.

**Versions.** The path names the version: \`/api/v1\`. Within it operations, optional fields and parameters, headers, values of lists and problem codes may be added at any time, so ignore what you do not know. Nothing is taken away, renamed or given another meaning there: that would be \`/api/v2\` beside it. The changes of each release stand in CHANGELOG.md.

**Limits.** Requests are counted by the minute, for each key and person: \`RateLimit\` and \`RateLimit-Policy\` say how many are left. One too many is answered 429 with \`Retry-After\`.`

/** Creates the OpenAPI 3.1 document of the staff API from the schemas that read requests and check answers. */
export function createOpenApi(publicUrl: string) {
  const paths: ZodOpenApiPathsObject = { '/api/v1/live': { get: liveOperation } }
  for (const endpoint of [...openEndpoints, ...endpoints]) {
    const path = `/api/v1${endpoint.path}`
    paths[path] = { ...paths[path], [endpoint.method]: operationOf(endpoint) }
  }
  const document = createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Embark',
      version: '1',
      description: ABOUT,
      license: { name: 'All rights reserved', identifier: 'LicenseRef-Embark' },
    },
    servers: [{ url: publicUrl }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key. An operation names the scopes it needs.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: `${cookiePrefixOf(publicUrl)}.session_token`,
          description: 'The session of somebody signed in at /api/auth. A change must come from our own pages.',
        },
      },
    },
    paths,
  })
  addExamples(document)
  return document
}
