import '@mantine/core/styles/PasswordInput.css'
import { Button, PasswordInput, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { Time } from '../components/Time.tsx'
import { toast } from '../components/toast.ts'
import { NewPassword } from '../entry/ResetPage.tsx'
import { PageSection } from '../settings/PageSection.tsx'
import { Below, Records } from '../settings/Records.tsx'
import { SectionForm } from '../settings/SectionForm.tsx'
import { useSection } from '../settings/useSection.ts'
import { useMe } from '../shell/useMe.ts'
import { changePassword, endOtherSessions, readSessions } from './account.ts'
import { deviceOf } from './deviceWords.ts'
import { SecondFactor } from './SecondFactor.tsx'

/** Password, second factor and login sessions. */
export function SecurityPage() {
  const { user, practice } = useMe()
  if (user?.signOn) {
    return (
      <>
        <PageTitle title="Security" tab="Security · My settings" />
        <Text>You are signed in by the sign-in of {practice?.name}, which has its own password and second factor.</Text>
        <Text mt="sm">
          To change your password at Embark, or see where you are signed in, sign out and sign in with that password.
        </Text>
      </>
    )
  }
  return (
    <>
      <PageTitle title="Security" tab="Security · My settings" />
      <Password />
      <SecondFactor />
      <Sessions />
    </>
  )
}

function Password() {
  const queries = useQueryClient()
  const section = useSection({ present: '', next: '' }, 0, async ({ given }) => {
    await changePassword(given.present, given.next)
    await queries.invalidateQueries({ queryKey: ['sessions'] })
  })
  const { given, set, text } = section
  return (
    <SectionForm title="Password" text="Changing it signs you out everywhere else." section={section}>
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        {...text('present')}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the current password' }}
      />
      <NewPassword label="New password" value={given.next} onChange={(next) => set({ next })} error={undefined} />
    </SectionForm>
  )
}

function Sessions() {
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery({ queryKey: ['sessions'], queryFn: readSessions })
  const endOthers = async () => {
    await endOtherSessions()
    await queries.invalidateQueries({ queryKey: ['sessions'] })
    toast('Signed out everywhere else')
  }
  return (
    <PageSection title="Where you are signed in">
      {error && !data ? (
        <ErrorState title="We couldn’t load where you are signed in" error={error} onRetry={refetch} />
      ) : (
        <Stack gap="lg">
          <Records
            label="Devices"
            items={data?.all ?? []}
            keyOf={({ id }) => id}
            columns={{
              Device: ({ id, userAgent }) => (
                <>
                  {deviceOf(userAgent)}
                  {id === data?.here && <Below>This one</Below>}
                </>
              ),
              From: ({ ipAddress }) => ipAddress || '–',
              Since: ({ createdAt }) => <Time at={new Date(createdAt).toISOString()} />,
            }}
          />
          {data && data.all.length > 1 && (
            <Button variant="default" w="fit-content" onClick={() => void endOthers()}>
              Sign out everywhere else
            </Button>
          )}
        </Stack>
      )}
    </PageSection>
  )
}
