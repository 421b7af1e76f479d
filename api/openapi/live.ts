import { z } from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import { LIVE_RIGHT } from '../live/stream.ts'
import { practiceQuery } from '../staff/fields.ts'
import { headersNamed } from './headers.ts'
import { needsOf, practiceHeader, securityOf } from './operation.ts'
import { BEHIND_THE_WALL, problemResponses } from './problems.ts'

const access = { scope: 'read', right: LIVE_RIGHT, about: 'clients' } as const

/** Describes `GET /live`, which is a stream and so not an endpoint like the others. */
export const liveOperation = {
  operationId: 'listenToChanges',
  tags: ['Onboardings'],
  summary: 'What changes, live',
  description: [
    'Server-sent events. `changed` names an onboarding (`id`) and its newest fact (`seq`), and nothing else: read what you show of it anew. `reload` says that so much changed that lists are to be read anew. A stream ends after five minutes and is opened again with `Last-Event-ID`, as `EventSource` does by itself: nothing is missed in between. At most 20 are open at once for one key or person.',
    needsOf(access),
  ].join('\n\n'),
  security: securityOf(access),
  'x-right': LIVE_RIGHT,
  requestParams: {
    query: z.object({ practice: practiceQuery }),
    header: z.object({
      'Embark-Practice': practiceHeader,
      'Last-Event-ID': z
        .string()
        .regex(/^\d{1,19}$/)
        .optional()
        .meta({ description: 'The `id` of the last event that was read.', example: '4711' }),
    }),
  },
  responses: {
    200: {
      description: 'The stream.',
      headers: headersNamed([]),
      content: {
        'text/event-stream': {
          schema: z.string(),
          example: 'event: changed\nid: 4712\ndata: {"id":"01980000-0000-7000-8000-000000000000","seq":7}\n\n',
        },
      },
    },
    ...problemResponses({
      ...BEHIND_THE_WALL,
      400: [...(BEHIND_THE_WALL[400] ?? []), 'bad_cursor', 'unexpected_body'],
      429: ['rate_limited', 'too_many_streams'],
      500: ['internal'],
      503: ['unavailable'],
    }),
  },
} as ZodOpenApiOperationObject
