import { insertAudit, readLastChange } from '../../../db/people/audit.ts'
import {
  lockChoices,
  type Practice,
  type PracticeChoices,
  readPractice,
  updatePractice,
  updateStageLimits,
} from '../../../db/practices.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { Problem, validationProblem } from '../../problem.ts'
import { demandRecentSignIn } from '../../recentSignIn.ts'
import { mailSecurityChange } from '../../securityMails.ts'
import { changedMeanwhile, etagOf, versionOf } from '../versions.ts'
import { practiceChange } from './change.ts'
import { practiceOf, practiceSchema } from './schema.ts'

export const changePractice = endpoint({
  method: 'patch',
  path: '/practice',
  right: 'manage_settings',
  about: 'practice',
  summary: 'Change the practice’s choices',
  description: 'What is left out stays. Choices for new clients leave those under way as they are.',
  body: practiceChange,
  answer: { status: 200, description: 'As they then stand.', schema: practiceSchema, headers: ['ETag'] },
  versioned: 'optional',
  problems: { 403: ['confirm_sign_in'], 409: ['second_factor_first'] },
  handle: async (deps, { caller, body, ifMatch }) => {
    if (body.secondFactorRequired !== undefined) demandOwnFactor(deps, caller, body.secondFactorRequired)
    const { steps, stageLimits = {}, ...rest } = body
    const choices = given<PracticeChoices>({
      ...rest,
      defaultBank: steps?.bank,
      defaultBooks: steps?.books,
      defaultMapping: steps?.mapping,
    })
    const version = ifMatch === null ? null : versionOf(ifMatch)
    const practice = await deps.db.inPractice(caller.practiceId, async (tx) => {
      const present = await lockChoices(tx)
      if (version !== null && version !== present) {
        const last = (await readLastChange(tx)) ?? { by: null, at: null }
        throw changedMeanwhile(last, (await readPractice(tx)).timeZone)
      }
      await updatePractice(tx, choices)
      const limits = given<Practice['stageLimits']>(stageLimits)
      await updateStageLimits(tx, caller.practiceId, limits)
      const fields = [...Object.keys(choices), ...(Object.keys(limits).length > 0 ? ['stageLimits'] : [])]
      if (fields.length > 0)
        await insertAudit(tx, caller, { kind: 'settings_changed', subjectId: null, data: { fields } })
      const changed = await readPractice(tx)
      refuseLateReminders(changed)
      return changed
    })
    if (body.secondFactorRequired !== undefined) {
      const what = body.secondFactorRequired ? 'second_factor_required' : 'second_factor_free'
      await mailSecurityChange(deps, caller, { what })
    }
    return { body: practiceOf(practice), etag: etagOf(practice.version) }
  },
})

/** Refuses to require a second factor while the caller has none: they would lock themselves out. */
function demandOwnFactor(deps: Dependencies, caller: Caller, isRequired: boolean): void {
  demandRecentSignIn(deps, caller)
  const { staff } = caller
  if (!isRequired || staff === null || staff.twoFactor || staff.onlyPracticeId !== null) return
  throw new Problem(409, 'second_factor_first', 'Set up your own second factor first, under My settings > Security.')
}

/** Throws a problem for a reminder on a day after the link's end, which would never be sent. Nothing is saved. */
function refuseLateReminders({ invitedReminderDays, inviteExpiryDays }: Practice): void {
  if (!invitedReminderDays?.some((day) => day >= inviteExpiryDays)) return
  const message = `The link ends on day ${inviteExpiryDays}. Choose earlier days.`
  throw validationProblem([{ field: 'invitedReminderDays', code: 'after_the_end', message }])
}

/** Removes undefined values. */
const given = <T extends object>(choices: { [Name in keyof T]: T[Name] | undefined }): T =>
  Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined)) as T
