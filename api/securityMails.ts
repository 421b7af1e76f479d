import { readColleagues } from '../db/people/members.ts'
import { readPractice } from '../db/practices.ts'
import { inMails } from '../messages/compose/brand.ts'
import type { PracticeChange } from '../messages/templates/view.ts'
import type { Dependencies } from './dependencies.ts'
import type { Caller } from './endpoint.ts'

/** Mails the person who changed the practice's security settings, and its Practice Admins, about the change. */
export async function mailSecurityChange(deps: Dependencies, caller: Caller, change: PracticeChange): Promise<void> {
  const { db, identity, publicUrl } = deps
  const { practice, team } = await db.inPractice(caller.practiceId, async (tx) => ({
    practice: await readPractice(tx),
    team: await readColleagues(tx),
  }))
  const by = caller.staff
  const recipients = new Set(team.filter(({ role }) => role === 'practice_admin').map(({ email }) => email))
  if (by) recipients.add(by.email)
  for (const email of recipients) {
    identity.mail({
      mail: 'practice-changed',
      email,
      practice: inMails(practice, publicUrl),
      by: by?.name ?? 'An API key',
      at: Date.now(),
      zone: practice.timeZone,
      actionUrl: `${publicUrl}/${PAGES[change.what]}`,
      ...change,
    })
  }
}

const PAGES: Record<PracticeChange['what'], string> = {
  api_key_made: 'settings/api-keys',
  sign_on_changed: 'settings/sign-on',
  sign_on_ended: 'settings/sign-on',
  second_factor_required: 'team',
  second_factor_free: 'team',
}
