import createClient from 'openapi-fetch'
import type { components, paths } from '../generated/api.ts'
import { askToConfirm } from '../shell/confirmation.ts'
import { setOpened } from '../shell/opened.ts'
import { sendOnce } from './once.ts'
import { problemOf } from './problem.ts'

/** The shapes of the API by name, as `Schema['OnboardingSummary']`. */
export type Schema = components['schemas']

const PRACTICE = 'embark.practice'

/** Who one is, and how practices stand to support, is asked as oneself, whomever one helps. */
const AS_ONESELF = /^\/api\/v1\/(me$|support\/practices\/)/
const HELPED = /^\/support\/([0-9a-f-]{36})\//

/** The practice that one works in, of a person who is in several; null for their first. */
const ownPractice = (): string | null => sessionStorage.getItem(PRACTICE) ?? localStorage.getItem(PRACTICE)

/** Whether one is at a client of a practice that one helps, and not at home. */
export const isHelping = (): boolean => HELPED.test(location.pathname)

/** The practice that is worked in: the one that support helps, which stands in the address, else one's own. */
export const chosenPractice = (): string | null => HELPED.exec(location.pathname)?.[1] ?? ownPractice()

/** Works in another practice from now on. Whatever was read belongs to the one before: the page is loaded anew. */
export function choosePractice(id: string): void {
  sessionStorage.setItem(PRACTICE, id)
  localStorage.setItem(PRACTICE, id)
  location.assign('/clients')
}

declare global {
  interface Window {
    /** What the page asked for before this came, by address (`index.html`). */
    readAhead: Map<string, Promise<Response>>
  }
}

/** Sends a request, but where the page has asked already: that answer is given once. */
function ask(request: Request): Promise<Response> {
  if (request.method !== 'GET') return change(request)
  const { pathname, search } = new URL(request.url)
  const ahead = window.readAhead.get(pathname + search)
  if (!ahead) return fetch(request)
  window.readAhead.delete(pathname + search)
  return ahead
}

/** Sends a change; where it needs a recent sign-in, asks for that over the page and then sends the same again. */
async function change(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await send(request)
  if (response.status !== 403) return response
  const { code, more } = await problemOf(response.clone())
  if (code !== 'confirm_sign_in') return response
  const url = typeof more.url === 'string' ? more.url : null
  return (await askToConfirm(url)) ? send(again) : response
}

/** Sends a POST under a key, whatever else as it is. */
const send = (request: Request): Promise<Response> => (request.method === 'POST' ? sendOnce(request) : fetch(request))

/** The staff API, typed by its own description. Every answer but a good one is thrown as a `Problem`. */
export const api = createClient<paths>({ baseUrl: '/', fetch: ask })

api.use({
  onRequest: ({ request }) => {
    const practice = AS_ONESELF.test(new URL(request.url).pathname) ? ownPractice() : chosenPractice()
    if (practice && !request.headers.has('Embark-Practice')) request.headers.set('Embark-Practice', practice)
    return request
  },
  onResponse: async ({ response }) => {
    if (response.status === 401) setOpened('signIn', true)
    if (!response.ok) throw await problemOf(response)
  },
})

/** The body of an answer: `await bodyOf(api.GET('/api/v1/onboardings/{id}', …))`. */
export async function bodyOf<T>(answer: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await answer
  return data as NonNullable<T>
}
