import { TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { SectionForm } from '../settings/SectionForm.tsx'
import { useSection } from '../settings/useSection.ts'
import { meQuery, useMe } from '../shell/useMe.ts'
import { changeName } from './account.ts'

const BY_PASSWORD = 'Sign in with your password to change it.'

/** Changes one's own name. */
export function ProfilePage() {
  const { user } = useMe()
  const queries = useQueryClient()
  const section = useSection({ name: user?.name ?? '' }, 0, async ({ given }) => {
    await changeName(given.name.trim())
    await queries.invalidateQueries({ queryKey: meQuery.queryKey })
  })
  return (
    <>
      <PageTitle title="Profile" tab="Profile · My settings" />
      <SectionForm title="You" text="Clients see your name on what you send them." section={section}>
        <TextInput
          label="Name"
          autoComplete="name"
          readOnly={user?.signOn ?? false}
          description={user?.signOn && BY_PASSWORD}
          {...section.text('name')}
        />
        <TextInput
          label="Email"
          description="You sign in with it. To change it, ask an admin to invite the new one."
          readOnly
          value={user?.email ?? ''}
        />
      </SectionForm>
    </>
  )
}
