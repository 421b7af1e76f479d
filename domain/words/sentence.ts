/** Returns a person's own text for the end of a sentence: trimmed, with a full stop if it has no end mark. */
export function sentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?…]["”’)]?$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** Returns the text with typographic apostrophes; texts in lists have straight ones. */
export const typeset = (text: string): string => text.replaceAll("'", '’')
