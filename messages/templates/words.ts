/** The sentences that several mails share. Those of one mail stand in its body. */
export const words = {
  hello: (first: string | null) => (first ? `Hello ${first},` : 'Hello,'),
  seeRequest: 'See the request',
  connectBank: 'Connect the bank',
  connectYourBank: 'Connect your bank',
  join: (organisation: string) => `Join ${organisation}`,
  open: 'Open the invitation',
  ignore: 'You didn’t ask? Ignore this: nothing happens unless you open the link and choose a bank.',
  ignoreJoin: 'You didn’t ask? Ignore this: nothing happens unless you open the link and accept.',
  notForYou: 'Not for you?',
} as const

/** Returns at most 60 characters of a name, for subjects, without control characters. */
export function subjectName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a header
  const line = name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/gu, ' ').trim()
  const characters = [...line]
  return characters.length <= 60 ? line : `${characters.slice(0, 59).join('').trimEnd()}…`
}
