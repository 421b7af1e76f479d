/** Matches places where mail programs and telephones see an address: before a top-level domain, in a scheme, at an at sign. */
const JOINT = /(?<=[\p{L}\p{N}])\.(?=\p{L}{2})|:(?=\/\/)|@/gu

/**
 * Returns somebody's words with a zero-width space in every web or mail address, so that a mail program makes no link of
 * it. A name is chosen by whoever adds a client; in a mail that we send to a stranger its link would look like ours.
 */
const unlinked = (text: string): string => text.replace(JOINT, '$&\u200B')

/** Returns a name for a text: the GSM alphabet has no zero-width space, so addresses are broken by a blank. */
export const unlinkedGsm = (name: string): string => name.replace(JOINT, ' ')

/** Fields of a mail's view that are addresses of ours or of the reader, and stay as they are. */
const ADDRESSES = /^(?:email|zone|.*url)$/i

/** Returns the view of a mail with every text in it unlinked but the addresses that are meant as such. */
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
