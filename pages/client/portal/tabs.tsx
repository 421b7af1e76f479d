import { words } from './words.ts'

const TABS = [
  { id: 'home', label: words.home.title, path: '' },
  { id: 'integrations', label: words.integrations.title, path: '/integrations' },
  { id: 'users', label: words.home.users, path: '/users' },
] as const

/** The pages of one organisation, side by side; one under the other on a phone. Members see no users. */
export function Tabs(props: { base: string; isAdmin: boolean; here: (typeof TABS)[number]['id'] }) {
  const { base, isAdmin, here } = props
  return (
    <nav aria-label={words.home.pages}>
      <ul className="ways tabs">
        {TABS.filter(({ id }) => id !== 'users' || isAdmin).map(({ id, label, path }) => (
          <li key={id}>
            <a href={`${base}${path}`} aria-current={id === here ? 'page' : undefined}>
              {id === here ? <b>{label}</b> : label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
