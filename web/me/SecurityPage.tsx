import '@mantine/core/styles/PasswordInput.css'
import { Button, Paper, PasswordInput, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { Time } from '../components/Time.tsx'
import { toast } from '../components/toast.ts'
import { NewPassword } from '../entry/ResetPage.tsx'
import { SectionForm } from '../settings/SectionForm.tsx'
import classes from '../settings/Settings.module.css'
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
  const { given, set } = section
  return (
    <SectionForm title="Password" text="Changing it signs you out everywhere else." section={section}>
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        value={given.present}
        onChange={(event) => set({ present: event.currentTarget.value })}
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
    <section aria-labelledby="sessions" className={classes.section}>
      <Title order={2} id="sessions" className={classes.title}>
        Where you are signed in
      </Title>
      {error && !data ? (
        <ErrorState title="We couldn’t load where you are signed in" error={error} onRetry={() => void refetch()} />
      ) : (
        <Stack gap="lg">
          <Paper className={classes.records} tabIndex={0} role="region" aria-label="Devices">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Device</Table.Th>
                  <Table.Th>From</Table.Th>
                  <Table.Th>Since</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data?.all.map(({ id, userAgent, ipAddress, createdAt }) => (
                  <Table.Tr key={id}>
                    <Table.Td data-label="Device">
                      {deviceOf(userAgent)}
                      {id === data.here && (
                        <Text size="xs" c="dimmed">
                          This one
                        </Text>
                      )}
                    </Table.Td>
                    <Table.Td data-label="From">{ipAddress || '–'}</Table.Td>
                    <Table.Td data-label="Since">
                      <Time at={new Date(createdAt).toISOString()} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Paper>
          {data && data.all.length > 1 && (
            <Button variant="default" w="fit-content" onClick={() => void endOthers()}>
              Sign out everywhere else
            </Button>
          )}
        </Stack>
      )}
    </section>
  )
}
