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

/** `Chrome on Windows`: the browser that somebody is signed in with, as far as it says. */
export function deviceOf(agent: string | null): string {
  const [browser, system] = [firstOf(BROWSERS, agent ?? ''), firstOf(SYSTEMS, agent ?? '')]
  if (!browser) return 'Another program'
  return system ? `${browser} on ${system}` : browser
}
