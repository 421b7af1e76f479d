import { z } from 'zod'
import type { SignOn } from '../../../db/people/signOn.ts'
import type { Dependencies } from '../../dependencies.ts'
import type { Caller } from '../../endpoint.ts'
import { signOnReturn } from '../../identity/signOn.ts'
import { hostText } from '../texts.ts'

export const signOnSchema = z
  .object({
    issuer: z.string().nullable().meta({ description: 'Null: there is none.' }),
    clientId: z.string().nullable(),
    domain: z.string().nullable().meta({ description: 'Addresses of it are shown the way at the sign-in.' }),
    tested: z.boolean().meta({ description: 'Somebody got in by it as it stands.' }),
    hosts: z
      .array(hostText)
      .meta({ description: 'Where the provider was when it was tested, and what was confirmed since.' }),
    unconfirmedHosts: z.array(hostText).meta({
      description: 'Where it is besides, since then. Nobody gets in by it until these are confirmed.',
    }),
    required: z.boolean().meta({ description: 'Nobody gets in by password.' }),
    beginUrl: z
      .string()
      .meta({ description: 'Where the sign-in begins.', example: 'https://embark.example/api/auth/sign-on/begin/…' }),
    returnUrl: z.string().meta({
      description: 'To be registered at the provider, exactly so.',
      example: 'https://embark.example/api/auth/sign-on/return',
    }),
  })
  .meta({ id: 'SignOn' })

export function resourceOf({ publicUrl }: Dependencies, { practiceId }: Caller, signOn: SignOn | null) {
  const { issuer = null, clientId = null, domain = null, tested = false, required = false } = signOn ?? {}
  const { hosts = [], unconfirmedHosts = [] } = signOn ?? {}
  const beginUrl = `${publicUrl}/api/auth/sign-on/begin/${practiceId}`
  return {
    issuer,
    clientId,
    domain,
    tested,
    hosts,
    unconfirmedHosts,
    required,
    beginUrl,
    returnUrl: signOnReturn(publicUrl),
  }
}
