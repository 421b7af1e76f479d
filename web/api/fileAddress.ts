import { chosenPractice } from './client.ts'

/** Returns where a file of the API is saved from. A download sends no header, so the address names the practice. */
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
