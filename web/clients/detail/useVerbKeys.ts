import { tellFailure } from '../../components/tell.ts'
import { useMay } from '../../shell/useMe.ts'
import { useLetters } from '../frame/useLetters.ts'
import { useCopyLink } from '../row/useCopyLink.ts'
import type { Doing } from './ClientPage.tsx'
import type { Onboarding } from './queries.ts'

/** The keys of a client's verbs: `r` resend, `e` extend, `y` copy link, `a` assign, `i` invite; each where it is allowed. */
export function useVerbKeys(client: Onboarding, onDo: (doing: Doing) => void): void {
  const may = useMay()
  const link = useCopyLink()
  const { invitation, allowed } = client
  const can = (verb: Onboarding['allowed'][number]) => allowed.includes(verb) && may('work_clients')
  useLetters({
    r: can('invite') && invitation ? () => onDo('resend') : null,
    e: can('extend') ? () => onDo('extend') : null,
    y: can('link') ? () => void link.pass(client).catch(tellFailure) : null,
    a: may('assign_clients') ? () => onDo('assign') : null,
    i: can('invite') ? () => onDo('invite') : null,
  })
}
