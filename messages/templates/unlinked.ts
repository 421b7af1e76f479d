/** Matches what makes programs see an address: a dot before a top-level domain, a scheme, an at sign. */
const JOINT = /(?<=[\p{L}\p{N}])\.(?=\p{L}{2})|:(?=\/\/)|@/gu

/**
 * Returns a text with a zero-width space in every web or mail address, so that mail programs make no link of it. The
 * person who adds a client chooses its name, and in our mail to a stranger such a link would look like ours.
 */
const unlinked = (text: string): string => text.replace(JOINT, '$&\u200B')

/** Returns a name for a text, with a blank in every address, because the GSM alphabet has no zero-width space. */
export const unlinkedGsm = (name: string): string => name.replace(JOINT, ' ')

/** The fields of a mail's view that are addresses of ours or of the reader and stay unchanged. */
const ADDRESSES = /^(?:email|zone|.*url)$/i

/** Returns the view of a mail with every text unlinked except those fields. */
export function unlinkedView<View>(view: View): View {
  return walk(view) as View
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return unlinked(value)
  if (Array.isArray(value)) return value.map(walk)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, ADDRESSES.test(key) ? inner : walk(inner)]),
  )
}
