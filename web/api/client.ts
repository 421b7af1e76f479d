import createClient from 'openapi-fetch'
import type { components, paths } from '../generated/api.ts'
import { problemOf } from './problem.ts'

/** The shapes of the API by name, as `Schema['OnboardingSummary']`. */
export type Schema = components['schemas']

const PRACTICE = 'embark.practice'

/** The practice that is worked in, of a person who is in several; null for their first. */
export const chosenPractice = (): string | null => sessionStorage.getItem(PRACTICE) ?? localStorage.getItem(PRACTICE)

/** Works in another practice from now on. Whatever was read belongs to the one before: the page is loaded anew. */
export function choosePractice(id: string): void {
  sessionStorage.setItem(PRACTICE, id)
  localStorage.setItem(PRACTICE, id)
  location.assign('/clients')
}

/** The staff API, typed by its own description. Every answer but a good one is thrown as a `Problem`. */
export const api = createClient<paths>({ baseUrl: '/' })

api.use({
  onRequest: ({ request }) => {
    const practice = chosenPractice()
    if (practice) request.headers.set('Embark-Practice', practice)
    return request
  },
  onResponse: async ({ response }) => {
    if (!response.ok) throw await problemOf(response)
  },
})

/** The body of an answer: `await bodyOf(api.GET('/api/v1/onboardings/{id}', …))`. */
export async function bodyOf<T>(answer: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await answer
  return data as NonNullable<T>
}
