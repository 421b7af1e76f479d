import { z } from 'zod'
import { openEndpoint } from '../../endpoint.ts'
import { stolenPassword } from '../../identity/stolenPassword.ts'
import { country, currency, emailAddress, line, password, senderName, timeZone } from '../fields.ts'
import { rateLimited } from '../limitRate.ts'
import { colleagueEmailText } from '../texts.ts'

export const signUp = openEndpoint({
  method: 'post',
  path: '/sign-up',
  summary: 'Sign a practice up',
  description:
    'Mails a link that confirms the address. Confirming it makes the practice and its first person, who is Practice Admin. An address that has a sign-in already is answered alike, and told so by mail. At most three in a quarter of an hour for one address.',
  body: z
    .strictObject({
      name: line(160, 'Enter your name.').meta({ example: 'Rosa Marsh' }),
      email: emailAddress,
      password,
      practice: z.strictObject({
        name: senderName(160, 'Enter the name of your practice.').meta({ example: 'Marsh & Lowe Accountants' }),
        country,
        timeZone,
        currency,
      }),
    })
    .meta({
      example: {
        name: 'Rosa Marsh',
        email: 'rosa@marsh-lowe.example',
        password: 'three words make one',
        practice: { name: 'Marsh & Lowe Accountants', country: 'GB', timeZone: 'Europe/London', currency: 'GBP' },
      },
    }),
  answer: {
    status: 202,
    description: 'A mail is on its way.',
    schema: z.object({ email: colleagueEmailText }).meta({ id: 'SignedUp' }),
    headers: ['Set-Cookie'],
  },
  handle: async ({ identity }, { body }) => {
    if (await identity.isStolen(body.password)) throw stolenPassword()
    const kept = await identity.signUp(body)
    if ('again' in kept) throw rateLimited(Date.parse(kept.again))
    return { body: { email: body.email }, headers: { 'Set-Cookie': kept.cookie } }
  },
})
