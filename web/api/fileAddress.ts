import { chosenPractice } from './client.ts'

/** Returns the address of a file to save. The query names the practice, because a browser download sends no headers. */
export function fileAddress(
  path: `/api/v1/${string}/export`,
  asked: Record<string, string | number | readonly string[] | undefined>,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...asked, practice: chosenPractice() ?? undefined })) {
    for (const one of [value ?? []].flat()) query.append(name, String(one))
  }
  return `${path}?${query}`
}
