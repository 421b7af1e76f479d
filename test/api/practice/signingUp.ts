import type { Answer, StaffApi } from '../staffHarness.ts'
import { cookiesOf, PASSWORD } from '../staffHarness.ts'

export const newPractice = { name: 'Dale & Fell LLP', country: 'GB', timeZone: 'Europe/London', currency: 'GBP' }

/** Signs a practice up as Ada Dale. */
export const signUpAt = (api: StaffApi, email: string, more: object = {}): Promise<Answer> =>
  api.post('sign-up', { name: 'Ada Dale', email, password: PASSWORD, practice: newPractice, ...more }, { key: null })

/** Sends a request to the sign-in, from a browser with this cookie. */
export const askSignIn = (api: StaffApi, path: string, body: unknown, cookie = ''): Promise<Answer> =>
  api.call(`/api/auth/${path}`, {
    method: 'POST',
    body,
    key: null,
    headers: { origin: api.url, ...(cookie && { cookie }) },
  })

/** Presses the button of the page behind a mailed link, in the browser of `from`. */
export const confirmAt = (api: StaffApi, link: string, from: Answer | null, more: object = {}): Promise<Answer> =>
  askSignIn(api, 'confirm/finish', { token: link.split('/').at(-1), ...more }, from ? cookiesOf(from) : '')
