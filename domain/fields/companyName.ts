/** Small words inside a name. They are lower case unless they begin it. */
const SMALL = new Set('and at by de for from in la le of on or the to und van von with y'.split(' '))

/** Short words that look like initials (no vowel, or two letters) but are words. */
const SHORT_WORDS = new Set(
  (
    'st mr mrs ms dr jr sr jnr snr ltd bros sgt cwm cyf co go up me we be do he no so us an am as if is ox el al du ' +
    'di da my'
  ).split(' '),
)

/** Initials that look like words. */
const INITIALS = new Set(
  'uk usa eu uae it ict hr pr ai tv ip id av diy vat bbq mot seo cad ceo vip aa aaa abc raf rac llp cic cio rtm ii iii iv vi vii viii ix xi xii'.split(
    ' ',
  ),
)

const DOMAIN = /\.(com|co|uk|org|net|io|eu)$/

/**
 * Returns a company name that is registered in capitals as people write it ("Harbour Bakery Ltd"). Changes only the
 * case of letters. A name with small letters or in another script stays unchanged.
 */
export function writtenCompanyName(registered: string): string {
  const isCapitals = /\p{Lu}/u.test(registered) && !/\p{Ll}/u.test(registered)
  if (!isCapitals || /[^\p{Script=Latin}\P{L}]/u.test(registered)) return registered
  let isFirst = true
  return registered.replace(/[^\s()[\]/&+,;:"“”–—-]+/gu, (word, at: number) => {
    const before = registered.slice(0, at).trimEnd().at(-1)
    const begins = isFirst || before === '(' || before === '['
    isFirst = false
    return cased(word, begins)
  })
}

/** Returns one word in the case it has in a name. `begins`: the word begins the name or a bracket in it. */
function cased(word: string, begins: boolean): string {
  const low = word.toLowerCase()
  const letters = low.replace(/[^\p{L}]/gu, '')
  if (low === 'plc' || SMALL.has(low)) return begins ? capitalised(low) : low
  // `J.K.` and `P.L.C.` are initials; a domain is not.
  if (/^(\p{L}\.)+\p{L}?\.?$/u.test(word)) return word
  if (DOMAIN.test(low)) return capitalised(low)
  if (/^\d+(st|nd|rd|th)$/.test(low)) return low
  if (/\d/.test(word)) return letters.length > 3 ? capitalised(low) : word
  if (INITIALS.has(letters)) return word
  const isWord =
    SHORT_WORDS.has(letters) || (letters.length > 2 && (/[aeiouy\u00e0-\u00ff]/.test(letters) || letters.length > 5))
  if (!isWord) return word
  const [, prefix, rest] = /^(\p{L}['’])(\p{L}{3,}.*)$/u.exec(low) ?? []
  if (prefix && rest) return capitalised(prefix) + capitalised(rest)
  const [, mc, name] = /^(mc)(\p{L}{3,}.*)$/u.exec(low) ?? []
  if (mc && name) return `Mc${capitalised(name)}`
  return capitalised(low)
}

/** Returns the text with its first letter in upper case. `ß` has no upper case and stays. */
const capitalised = (text: string): string =>
  text.replace(/\p{L}/u, (letter) => (letter === 'ß' ? letter : letter.toUpperCase()))
