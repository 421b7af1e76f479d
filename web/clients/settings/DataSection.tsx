import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { api, bodyOf } from '../../api/client.ts'
import { saveFile } from '../../components/saveFile.ts'
import { attempt } from '../../components/toast.ts'
import { useMay } from '../../shell/useMe.ts'
import type { Organisation } from './queries.ts'

/** Exports everything held of the client as a file, and leads to erasing it. Only for practice admins. */
export function DataSection({ organisation, onboardingId }: { organisation: Organisation; onboardingId: string }) {
  const { id, name, reference } = organisation
  if (!useMay()('erase_clients')) return null
  const download = async () => {
    const held = await bodyOf(api.GET('/api/v1/organisations/{id}/export', { params: { path: { id } } }))
    saveFile(`${reference ?? id}.json`, JSON.stringify(held, null, 2), 'application/json')
  }
  return (
    <Stack component="section" aria-labelledby="data" gap="md" maw={640} mt="xl">
      <Title order={2} id="data">
        Data
      </Title>
      <Text size="sm">Everything held of {name}, as a file. That you exported it stands in the audit log.</Text>
      <Group gap="sm">
        <Button variant="default" onClick={attempt(download)}>
          Export
        </Button>
        <Button
          variant="default"
          component={Link}
          to="/clients/$id/settings/erase"
          params={{ id: onboardingId } as never}
        >
          Erase personal data
        </Button>
      </Group>
    </Stack>
  )
}
