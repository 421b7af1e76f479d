import { useEffect, useRef, useState } from 'react'
import type { Problem } from '../../../api/problem.ts'
import { queries } from '../../../api/queries.ts'
import { type Draft, draftQuery, draftsQuery, type Step } from '../queries.ts'
import { createSaver, type Saver } from './saver.ts'
import { dataOf, type Typed, typedOf } from './typed.ts'

/**
 * Saves a draft while it is edited, and its pending changes when the page is hidden, left or online again. Returns its
 * values and the state of saving them.
 */
export function useDraft(draft: Draft) {
  const [typed, setTyped] = useState(() => typedOf(draft))
  const [saved, setSaved] = useState({ version: draft.version, at: draft.updatedAt })
  const [problem, setProblem] = useState<Problem | null>(null)
  const [theirs, setTheirs] = useState<Draft | null>(null)
  const kept = useRef<Saver | null>(null)
  kept.current ??= createSaver(draft, {
    saved: (now) => {
      setSaved({ version: now.version, at: now.updatedAt })
      setProblem(null)
      setTheirs(null)
      queries.setQueryData(draftQuery(now.id).queryKey, now)
    },
    failed: (why, conflicting) => {
      setProblem(why)
      setTheirs(conflicting)
    },
  })
  const saver = kept.current
  useEffect(() => {
    const again = () => void saver.flush()
    const hidden = () => document.visibilityState === 'hidden' && again()
    addEventListener('online', again)
    addEventListener('focus', again)
    addEventListener('pagehide', again)
    document.addEventListener('visibilitychange', hidden)
    return () => {
      removeEventListener('online', again)
      removeEventListener('focus', again)
      removeEventListener('pagehide', again)
      document.removeEventListener('visibilitychange', hidden)
      void saver.flush().then(() => queries.invalidateQueries({ queryKey: draftsQuery.queryKey, exact: true }))
    }
  }, [saver])
  return {
    typed,
    set: (changes: Partial<Typed>) => {
      const next = { ...typed, ...changes }
      setTyped(next)
      saver.want({ data: dataOf(draft.kind, next) })
    },
    /** Saves the open page, so that the draft continues there. */
    open: (step: Step) => {
      saver.want({ step })
      void saver.flush()
    },
    version: saved.version,
    savedAt: saved.at,
    /** The last problem of saving; null during a conflict. */
    problem: theirs ? null : problem,
    /** The draft was changed elsewhere: by a colleague, or by the same person in another window. */
    conflict: theirs && {
      keepMine: () => void saver.overwrite(theirs.version),
      takeTheirs: () => {
        saver.take(theirs.version)
        setTyped(typedOf(theirs))
        setSaved({ version: theirs.version, at: theirs.updatedAt })
        setProblem(null)
        setTheirs(null)
      },
    },
    flush: saver.flush,
    stop: saver.stop,
  }
}
