import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconLogout } from '@tabler/icons-react'
import { useRouter } from '@tanstack/react-router'
import { signOut } from '../../entry/session.ts'

const THEMES = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['auto', 'Device'],
] as const

/** The person's menu: settings, theme, shortcuts and sign-out. */
export function PersonMenu({ onGo }: { onGo: (() => void) | undefined }) {
  const router = useRouter()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const go = (to: string) => () => {
    onGo?.()
    router.history.push(to)
  }
  const leave = async () => {
    await signOut()
    location.assign('/sign-in')
  }
  return (
    <>
      <Menu.Item onClick={go('/me/profile')}>My settings</Menu.Item>
      <Menu.Label>Theme</Menu.Label>
      <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as typeof colorScheme)}>
        {THEMES.map(([value, label]) => (
          <Menu.RadioItem key={value} value={value} closeMenuOnClick={false}>
            {label}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
      <Menu.Item onClick={go('/me/shortcuts')}>Keyboard shortcuts</Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} />} onClick={leave}>
        Sign out
      </Menu.Item>
    </>
  )
}
