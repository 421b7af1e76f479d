import { attempt } from '../../components/toast.ts'
import { useMay } from '../../shell/useMe.ts'
import { useLetters } from '../frame/useLetters.ts'
import { useCopyLink } from '../row/useCopyLink.ts'
import type { Doing } from './ClientPage.tsx'
import type { Onboarding } from './queries.ts'

/** Binds the keys of the allowed verbs: `r` resend, `e` extend, `y` copy link, `a` assign, `i` invite. */
export function useVerbKeys(client: Onboarding, onDo: (doing: Doing) => void): void {
  const may = useMay()
  const link = useCopyLink()
  const { invitation, allowed } = client
  const can = (verb: Onboarding['allowed'][number]) => allowed.includes(verb) && may('work_clients')
  useLetters({
    r: can('invite') && invitation ? () => onDo('resend') : null,
    e: can('extend') ? () => onDo('extend') : null,
    y: can('link') ? attempt(() => link.pass(client)) : null,
    a: may('assign_clients') ? () => onDo('assign') : null,
    i: can('invite') ? () => onDo('invite') : null,
  })
}
