import type { Page } from 'playwright-core'
import { beforeAll } from 'vitest'
import { useStaffBrowser } from './staffBrowser.ts'

const LONG = 'Foxglove Lettings and Property Management Services North Ltd'

/** Starts the app and a browser for the tests of a file, with six clients of several stages. */
export function useClientList() {
  const staff = useStaffBrowser()
  const deliver = (name: string) => staff.api.report(staff.idOf(name), 'delivered')
  beforeAll(async () => {
    const { api } = staff
    for (const name of ['Bounced Ltd', 'Harbour Bakery Ltd', 'Tidewater Physio Ltd', LONG, 'Left Ltd'])
      await staff.add(name)
    await api.perform(await staff.add('Moorhen Music', { invitation: null }), { do: 'provision' })
    await api.report(staff.idOf('Bounced Ltd'), 'bounced', 'The mailbox does not exist.')
    for (const name of ['Harbour Bakery Ltd', 'Tidewater Physio Ltd', LONG]) await deliver(name)
    await api.post(`onboardings/${staff.idOf('Left Ltd')}/cancel`, { reason: 'Left us.' })
    await api.owner`UPDATE organisation SET account_manager_id = ${(await staff.rosa()).id} WHERE name = 'Harbour Bakery Ltd'`
  })
  return { staff, deliver }
}

/** The row of a client in the list. */
export const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name},`) })

/** Returns the names of the clients in the list, in their order. */
export const names = (page: Page) => page.locator('tbody th a').allTextContents()
