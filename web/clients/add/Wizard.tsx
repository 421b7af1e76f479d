import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { asProblem, type Problem } from '../../api/problem.ts'
import { queries } from '../../api/queries.ts'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { RefusedForm } from '../../components/RefusedForm.tsx'
import { useNow } from '../../components/useNow.ts'
import type { Practice } from '../../settings/queries.ts'
import { useMe, useZone } from '../../shell/useMe.ts'
import { problemSentence } from '../../words/problems.ts'
import { sinceOf } from '../../words/times.ts'
import { ledgerOf } from '../software/softwareWords.ts'
import { DeleteDraft } from './drafts/DeleteDraft.tsx'
import { nameOf } from './drafts/OpenDrafts.tsx'
import { useDraft } from './drafts/useDraft.ts'
import { type Form, focusField } from './form.ts'
import { AccessPage } from './pages/AccessPage.tsx'
import { DetailsPage } from './pages/DetailsPage.tsx'
import { ErrorSummary } from './pages/ErrorSummary.tsx'
import { IncomePage } from './pages/IncomePage.tsx'
import { InvitationPage } from './pages/InvitationPage.tsx'
import { SoftwarePage } from './pages/SoftwarePage.tsx'
import { SolutionsPage } from './pages/SolutionsPage.tsx'
import { SummaryPage } from './pages/SummaryPage.tsx'
import { checkQuery, type Draft, type Step } from './queries.ts'
import { Rail } from './Rail.tsx'
import { onPages, type Page, stepOf, type Wrong } from './steps.ts'
import { useCreate } from './useCreate.ts'
import classes from './Wizard.module.css'
import { words } from './words.ts'

/** Shows one page of the wizard. The component stays mounted across pages, so that typed values survive. */
export function Wizard(props: { draft: Draft; practice: Practice; pages: Page[]; page: Page }) {
  const { draft, practice, pages, page } = props
  const { step } = page
  const router = useRouter()
  const kept = useDraft(draft)
  const { typed, version } = kept
  const { ledgers } = useMe()
  const isConnectable = draft.ledger || typed.software === '' || ledgerOf(typed.software, ledgers)?.duringSetup
  const about = step === 'software' && !isConnectable ? words.aboutBooks : words.about[step]
  const { data: check } = useQuery(checkQuery(draft.id, version))
  const summary = useRef<HTMLDivElement>(null)
  const focusing = useRef<'summary' | { field: string } | null>(null)
  /** The pages that the member has tried to leave; only these show their errors. */
  const [tried, setTried] = useState<ReadonlySet<Step>>(new Set())
  const [refused, setRefused] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [isDeleting, setDeleting] = useState(false)
  const reached = useReached(pages, page, draft.step)
  const create = useCreate(draft)
  const { open } = kept
  const openRef = useRef(open)
  openRef.current = open
  useEffect(() => {
    if (step !== draft.step) openRef.current(step)
    setRefused((before) => (before?.fields.length ? before : null))
  }, [step])
  useEffect(() => {
    const wanted = focusing.current
    focusing.current = null
    if (wanted === 'summary') summary.current?.focus()
    else if (wanted) focusField(wanted.field)
  })

  const wrong = onPages(draft.kind, typed, [...(check?.errors ?? []), ...(refused?.fields ?? [])])
  const isHere = ({ field }: Wrong) => step === 'summary' || stepOf(field) === step
  const shown = tried.has(step) ? wrong.filter(isHere) : []
  const form: Form = {
    draft,
    practice,
    typed,
    set: (changes) => {
      setRefused(null)
      kept.set(changes)
    },
    errorAt: (field) => shown.find((one) => one.field === field && one.code !== 'address_in_use')?.message,
    noticesAt: (field) =>
      (check?.notices ?? []).filter(
        (one) =>
          (draft.kind === 'self_employed'
            ? one.field.replace(/^organisation\.name$/, 'organisation.contact.name')
            : one.field) === field,
      ),
    isInUse: wrong.some(({ code }) => code === 'address_in_use'),
  }
  const goTo = (to: Step) => router.navigate({ to: '/clients/new/$draft/$step', params: { draft: draft.id, step: to } })
  const neighbour = (by: 1 | -1): Step | undefined => {
    const at = pages.indexOf(page)
    const onward = by === 1 ? pages.slice(at + 1) : pages.slice(0, at).reverse()
    return onward.find(({ reason }) => reason === null)?.step
  }
  const [back, next] = [neighbour(-1), neighbour(1)]
  /** Saves the draft and returns its errors as the API sees it now; null if it could not be saved. */
  const saveAndCheck = async (): Promise<Wrong[] | null> => {
    const at = await kept.flush()
    if (at === null) return null
    const { errors } = await queries.fetchQuery({ ...checkQuery(draft.id, at), staleTime: 0 })
    return onPages(draft.kind, typed, errors)
  }
  const showErrors = () => {
    focusing.current = 'summary'
    setTried(new Set([...tried, step]))
  }
  const attempt = async (act: () => Promise<void>) => {
    if (isBusy) return
    setBusy(true)
    setRefused(null)
    try {
      await act()
    } catch (error) {
      setRefused(asProblem(error))
      showErrors()
    } finally {
      setBusy(false)
    }
  }
  const goToNext = (event: FormEvent) => {
    event.preventDefault()
    if (step === 'summary') return void finish(typed.invites)
    if (step === 'invitation' && !typed.invites) kept.set({ invites: true })
    void attempt(async () => {
      const found = await saveAndCheck()
      if (found === null) return
      if (found.some(isHere)) return showErrors()
      if (next) await goTo(next)
    })
  }
  const finish = (invites: boolean) =>
    attempt(async () => {
      const found = await saveAndCheck()
      if (found === null) return
      if (found.some(({ field }) => invites || !field.startsWith('invitation'))) return showErrors()
      await create({ ...typed, invites })
    })
  const skip = () => {
    kept.set({ invites: false, existingUser: false, asks: false })
    void goTo('summary')
  }
  const leaveNothing = async () => {
    kept.stop()
    queries.removeQueries({ queryKey: ['drafts', draft.id] })
    await router.navigate({ to: '/clients/new' })
  }
  const goToField = (field: string) => {
    const to = stepOf(field)
    if (to === step) return focusField(field)
    setTried(new Set([...tried, to]))
    focusing.current = { field }
    void goTo(to)
  }
  const stateOf = (one: Page, at: number) => {
    if (one === page) return 'here' as const
    if (one.reason !== null) return 'idle' as const
    if (at > reached) return 'ahead' as const
    return wrong.some(({ field }) => stepOf(field) === one.step) ? ('wrong' as const) : ('done' as const)
  }
  const isUnanswered = step === 'software' && !draft.ledger && !typed.software
  const createWords = isBusy ? words.creating : typed.invites ? 'Create and invite' : words.create
  const onward = step === 'summary' ? createWords : isUnanswered ? 'Skip for now' : words.goOn
  return (
    <div className={classes.frame}>
      <Rail draft={draft.id} pages={pages.map((one, at) => ({ ...one, state: stateOf(one, at) }))} />
      <form onSubmit={goToNext} noValidate className={classes.form}>
        <p className={classes.whose}>
          {words.title} · {nameOf(draft.kind, typed)}
        </p>
        <PageTitle key={step} title={page.label} tab={`${page.label} · ${words.title}`} />
        {about && <p className={classes.lead}>{about}</p>}
        <div ref={summary} tabIndex={-1} className={classes.summary}>
          <ErrorSummary wrong={shown} onGo={goToField} />
          {refused?.fields.length === 0 && <RefusedForm error={refused} />}
        </div>
        <Stack gap="lg">
          {kept.problem && (
            <Alert color="danger" variant="light" role="alert">
              {problemSentence(kept.problem)}{' '}
              {kept.problem.code === 'unauthorized' ? (
                <Anchor href="/sign-in" target="_blank" size="sm" c="inherit" underline="always">
                  Sign in
                </Anchor>
              ) : (
                'What you typed is kept in this window.'
              )}
            </Alert>
          )}
          {kept.conflict && (
            <Alert color="warn" variant="light" role="alert">
              This draft was changed in another window. Yours is kept below.
              <Group gap="sm" mt="sm">
                <Button variant="default" onClick={kept.conflict.keepMine}>
                  Use mine
                </Button>
                <Button variant="default" onClick={kept.conflict.takeTheirs}>
                  Use theirs
                </Button>
              </Group>
            </Alert>
          )}
          {step === 'solutions' && <SolutionsPage form={form} />}
          {step === 'software' && <SoftwarePage form={form} flush={kept.flush} />}
          {step === 'details' && <DetailsPage form={form} />}
          {step === 'income' && <IncomePage form={form} />}
          {step === 'access' && <AccessPage form={form} />}
          {step === 'invitation' && <InvitationPage form={form} onSkip={skip} />}
          {step === 'summary' && <SummaryPage form={form} pages={pages} sending={check?.sending ?? null} />}
        </Stack>
        <div className={classes.foot}>
          {back && (
            <Button variant="default" onClick={() => goTo(back)}>
              Back
            </Button>
          )}
          <Button type="submit" variant={isUnanswered ? 'default' : 'filled'} loading={isBusy}>
            {onward}
          </Button>
          {step === 'invitation' && (
            <Button variant="default" onClick={skip}>
              Skip invitation
            </Button>
          )}
          {step === 'summary' && typed.invites && (
            <Button variant="default" disabled={isBusy} onClick={() => finish(false)}>
              Skip invitation
            </Button>
          )}
        </div>
        <div className={classes.keep}>
          <Saved at={kept.savedAt} />
          <Button variant="subtle" color="gray" renderRoot={(given) => <Link to="/clients" {...given} />}>
            Leave
          </Button>
          <Button variant="subtle" color="gray" onClick={() => setDeleting(true)}>
            {words.deleteDraft}
          </Button>
        </div>
      </form>
      {isDeleting && (
        <DeleteDraft draft={draft} onClose={() => setDeleting(false)} onDone={() => void leaveNothing()} />
      )}
    </div>
  )
}

/** Shows `Saved 10:42`. */
function Saved({ at }: { at: string }) {
  const zone = useZone()
  const now = useNow()
  return (
    <Text size="sm" c="dimmed">
      Saved {sinceOf(Date.parse(at), now, zone)}
    </Text>
  )
}

/** Returns the index of the furthest page reached; all pages up to it can be opened again. */
function useReached(pages: Page[], page: Page, last: Step): number {
  const here = Math.max(
    pages.indexOf(page),
    pages.findIndex(({ step }) => step === last),
  )
  const [reached, setReached] = useState(here)
  useEffect(() => setReached((before) => Math.max(before, here)), [here])
  return Math.max(reached, here)
}
