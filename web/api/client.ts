import createClient from 'openapi-fetch'
import type { components, paths } from '../generated/api.ts'
import { askToConfirm } from '../shell/confirmation.ts'
import { setOpened } from '../shell/opened.ts'
import { sendOnce } from './once.ts'
import { problemOf } from './problem.ts'

/** The schemas of the API by name: `Schema['OnboardingSummary']`. */
export type Schema = components['schemas']

const PRACTICE = 'embark.practice'

/** Paths about the signed-in person, which use that person's own practice also while support helps another. */
const AS_ONESELF = /^\/api\/v1\/(me$|support\/practices\/)/
const HELPED = /^\/support\/([0-9a-f-]{36})\//

/** Returns the id of the chosen practice of a member of several; null if none is chosen yet. */
const ownPractice = (): string | null => sessionStorage.getItem(PRACTICE) ?? localStorage.getItem(PRACTICE)

/** True while a support person works in a client of another practice (`/support/{practice}/…`). */
export const isHelping = (): boolean => HELPED.test(location.pathname)

/** Returns the id of the practice to work in: the one in the address while support helps it, else one's own. */
export const chosenPractice = (): string | null => HELPED.exec(location.pathname)?.[1] ?? ownPractice()

/** Switches to another practice and reloads the page, because every cached answer belongs to the previous practice. */
export function choosePractice(id: string): void {
  sessionStorage.setItem(PRACTICE, id)
  localStorage.setItem(PRACTICE, id)
  location.assign('/clients')
}

declare global {
  interface Window {
    /** The requests that `index.html` starts before the scripts load, by path and query. */
    readAhead: Map<string, Promise<Response>>
  }
}

/** Sends a request. A GET that `index.html` has already sent takes that response, once. */
function ask(request: Request): Promise<Response> {
  if (request.method !== 'GET') return change(request)
  const { pathname, search } = new URL(request.url)
  const ahead = window.readAhead.get(pathname + search)
  if (!ahead) return fetch(request)
  window.readAhead.delete(pathname + search)
  return ahead
}

/** Sends a change. If the server demands a recent sign-in, asks for it in a dialog and sends the same request again. */
async function change(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await send(request)
  if (response.status !== 403) return response
  const { code, more } = await problemOf(response.clone())
  if (code !== 'confirm_sign_in') return response
  const url = typeof more.url === 'string' ? more.url : null
  return (await askToConfirm(url)) ? send(again) : response
}

/** Sends a POST with an Idempotency-Key and any other method unchanged. */
const send = (request: Request): Promise<Response> => (request.method === 'POST' ? sendOnce(request) : fetch(request))

/** The staff API, typed from openapi.json. Throws every answer other than a success as a `Problem`. */
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

/** Returns the body of an answer: `await bodyOf(api.GET('/api/v1/onboardings/{id}', …))`. */
export async function bodyOf<T>(answer: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await answer
  return data as NonNullable<T>
}
