/** People's own words at the end of a sentence: trimmed, with a full stop unless they ended it themselves. */
export function sentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?…]["”’)]?$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** With the apostrophes of print, which what we say in lists has not. */
export const typeset = (text: string): string => text.replaceAll("'", '’')
