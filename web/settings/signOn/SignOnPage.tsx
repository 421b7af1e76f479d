import '@mantine/core/styles/Alert.css'
import '@mantine/core/styles/List.css'
import '@mantine/core/styles/PasswordInput.css'
import '@mantine/core/styles/Switch.css'
import { Alert, Button, Group, List, PasswordInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { CopyButton } from '../../components/CopyButton.tsx'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { Refusal } from '../../components/Refusal.tsx'
import { PageSection } from '../PageSection.tsx'
import { SectionForm } from '../SectionForm.tsx'
import { useSection } from '../useSection.ts'

type SignOn = Schema['SignOn']
const queryKey = ['sign-on']

/** Settings for single sign-on through the practice's own OpenID provider. */
export function SignOnPage() {
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => bodyOf(api.GET('/api/v1/sign-on')) })
  return (
    <>
      <PageTitle title="Single sign-on" tab="Single sign-on · Settings" />
      {error && !data && <ErrorState title="We couldn’t load single sign-on" error={error} onRetry={refetch} />}
      {data && (
        <>
          {data.unconfirmedHosts.length > 0 && <Changed signOn={data} />}
          <Provider signOn={data} />
          {data.issuer && <Use signOn={data} />}
        </>
      )}
    </>
  )
}

function Provider({ signOn }: { signOn: SignOn }) {
  const queries = useQueryClient()
  const { issuer, clientId, returnUrl } = signOn
  const saved = { issuer: issuer ?? '', clientId: clientId ?? '', clientSecret: '' }
  const section = useSection(saved, 0, async ({ given }) => {
    const { clientSecret, ...rest } = given
    const body = { ...rest, ...(clientSecret && { clientSecret }) }
    queries.setQueryData(queryKey, await bodyOf(api.PATCH('/api/v1/sign-on', { body })))
  })
  const { text } = section
  return (
    <SectionForm
      title="Your provider"
      text="Any provider that speaks OpenID Connect. It lets in colleagues who are members here. Changing it signs out whoever came in by it."
      section={section}
    >
      <TextInput label="Issuer" placeholder="https://login.example.com" type="url" {...text('issuer')} />
      <TextInput label="Client id" autoComplete="off" {...text('clientId')} />
      <PasswordInput
        label="Client secret"
        description={issuer ? 'Stored encrypted. Leave it empty to keep the one there is.' : 'Stored encrypted.'}
        autoComplete="off"
        {...text('clientSecret')}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the secret' }}
      />
      <Group gap="sm" align="flex-end" wrap="nowrap">
        <TextInput label="Return address, to register there" readOnly value={returnUrl} flex={1} />
        <CopyButton text={returnUrl} />
      </Group>
    </SectionForm>
  )
}

/** Returns the mutation that changes single sign-on by a request. */
function useChange() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (send: () => Promise<{ data?: SignOn }>) => bodyOf(send()),
    onSuccess: (changed) => queries.setQueryData(queryKey, changed),
  })
}

/** Lists the hosts that the provider has added since the test. Single sign-on is off until a member confirms them. */
function Changed({ signOn }: { signOn: SignOn }) {
  const { mutate, error, isPending } = useChange()
  const { unconfirmedHosts } = signOn
  const confirm = () => api.PATCH('/api/v1/sign-on', { body: { confirmHosts: unconfirmedHosts } })
  return (
    <Alert color="warn" variant="light" mb="lg" title="Your provider has changed, so nobody can sign in by it">
      <Text size="sm">Since it was tested it also uses:</Text>
      <Hosts hosts={unconfirmedHosts} />
      <Text size="sm">Ask whoever runs your provider. If this is theirs, confirm it.</Text>
      <Stack gap="sm" mt="sm" align="flex-start">
        <Button variant="default" loading={isPending} onClick={() => mutate(confirm)}>
          Confirm the change
        </Button>
        <Refusal error={error} />
      </Stack>
    </Alert>
  )
}

function Hosts({ hosts }: { hosts: string[] }) {
  return (
    <List size="sm">
      {hosts.map((host) => (
        <List.Item key={host}>{host}</List.Item>
      ))}
    </List>
  )
}

function Use({ signOn }: { signOn: SignOn }) {
  const { mutate, error, isPending } = useChange()
  const { tested, hosts, required, domain, beginUrl } = signOn
  const require = (required: boolean) => () => api.PATCH('/api/v1/sign-on', { body: { required } })
  return (
    <PageSection title="Using it">
      <Stack gap="lg">
        <Text size="sm">
          {tested
            ? `A sign-in has passed. Addresses at ${domain} are shown the way at the sign-in page.`
            : 'Nobody has signed in by it yet. Test it before you require it.'}
        </Text>
        {hosts.length > 0 && (
          <div>
            <Text size="sm">It works at these places only. If your provider adds another, you are asked first.</Text>
            <Hosts hosts={hosts} />
          </div>
        )}
        <Button component="a" href={`${beginUrl}?to=/settings/sign-on`} variant="default" w="fit-content">
          Test sign-in
        </Button>
        <Switch
          label="Require it"
          description="Nobody gets into this practice by password any more, you included."
          checked={required}
          disabled={!tested || isPending}
          onChange={(event) => mutate(require(event.currentTarget.checked))}
        />
        <Refusal error={error} />
        <Button
          variant="subtle"
          color="danger"
          w="fit-content"
          disabled={isPending}
          onClick={() => mutate(() => api.DELETE('/api/v1/sign-on'))}
        >
          End single sign-on
        </Button>
      </Stack>
    </PageSection>
  )
}
