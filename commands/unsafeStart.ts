const RINGS = ['LINK_KEYS', 'SEAL_KEYS', 'AUTH_SECRETS']

/**
 * Returns the settings that are unsafe in production, each as a sentence that begins with the variable: an origin
 * without https, and keys that are not random or are used twice. Reads the raw text, so that it reports them beside all
 * other problems. No sentence contains a key.
 */
export function unsafeStart(environment: Record<string, string | undefined>): string[] {
  if ((environment.NODE_ENV ?? 'production') !== 'production') return []
  const problems: string[] = []
  const url = URL.parse(environment.PUBLIC_URL ?? '')
  if (url?.protocol === 'http:' && !isOwnMachine(url.hostname)) {
    problems.push('PUBLIC_URL must be https: sessions and links are read by anybody on the way otherwise')
  }
  const seen = new Map<string, string>()
  for (const name of RINGS) {
    for (const pair of environment[name]?.split(',') ?? []) {
      const [id = '', value = ''] = pair.trim().split(/:(.*)/s)
      const key = `${name} key "${id.slice(0, 32)}"`
      if (value === '') continue
      if (isGuessable(value)) problems.push(`${key} is not random: make one by openssl rand -base64 32`)
      const other = seen.get(value)
      if (other !== undefined) problems.push(`${key} is the same as ${other}: each needs a key of its own`)
      else seen.set(value, key)
    }
  }
  return problems
}

/** The least number of distinct bytes in a random key. Of 32 random bytes fewer occur once in 10^15 keys. */
const FEWEST_DIFFERENT = 18
const FEWEST_STEPS = 12

/** Returns true for bytes that are not random: few distinct ones, a pattern, letters, or a counting sequence. */
function isGuessable(value: string): boolean {
  if (new Set(value).size < FEWEST_STEPS) return true
  const decoded = Buffer.from(value, 'base64')
  const isBase64 = /^[A-Za-z0-9+/_-]+=*$/.test(value) && decoded.length >= 24
  const bytes = isBase64 ? decoded : Buffer.from(value)
  const fewest = isBase64 ? Math.min(FEWEST_DIFFERENT, bytes.length / 2) : FEWEST_STEPS
  if (new Set(bytes).size < fewest) return true
  if (isBase64 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return true
  const steps = new Set([...bytes.subarray(1)].map((byte, at) => (byte - (bytes[at] ?? 0) + 256) % 256))
  return steps.size < FEWEST_STEPS
}

/** Returns true for a host name that never leaves the own machine. */
const isOwnMachine = (hostname: string): boolean =>
  /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]' || /(^|\.)localhost$/.test(hostname)
