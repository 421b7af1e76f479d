const BROWSERS: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

const firstOf = (known: [RegExp, string][], agent: string) => known.find(([pattern]) => pattern.test(agent))?.[1]

/** Returns the browser and system of a user agent: `Chrome on Windows`. */
export function deviceOf(agent: string | null): string {
  const [browser, system] = [firstOf(BROWSERS, agent ?? ''), firstOf(SYSTEMS, agent ?? '')]
  if (!browser) return 'Another program'
  return system ? `${browser} on ${system}` : browser
}
