import { useTimeout } from '@mantine/hooks'
import { useState } from 'react'
import { asProblem, type Problem } from '../api/problem.ts'

const SAVED_FOR_MS = 2_000

/** What is typed into a section, which alone is saved. */
export type Section<T> = {
  given: T
  set: (changes: Partial<T>) => void
  isChanged: boolean
  isBusy: boolean
  /** It was saved a moment ago. */
  wasSaved: boolean
  /** Why it was not saved. */
  problem: Problem | null
  /** Somebody else saved it first: in their words, and what to do about it. */
  conflict: { sentence: string; keepMine: () => void; takeTheirs: () => void } | null
  save: () => void
  /** What the API said of a field. */
  errorAt: (field: string) => string | undefined
}

/** What somebody is changing, what it was then, and a mark of how far that was known. */
type Edit<T> = { given: T; base: T; mark: number }

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * A section that stands as `saved`, until somebody types. `send` saves what is given, or throws why not; of
 * `changed_meanwhile` it has read anew, so that `saved` then is theirs.
 */
export function useSection<T extends object>(
  saved: T,
  mark: number,
  send: (edit: Edit<T>) => Promise<void>,
): Section<T> {
  const [edit, setEdit] = useState<Edit<T> | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [wasSaved, setSaved] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const forget = useTimeout(() => setSaved(false), SAVED_FOR_MS)
  const store = async (given: Edit<T>) => {
    setBusy(true)
    setProblem(null)
    try {
      await send(given)
      setEdit(null)
      setSaved(true)
      // A timer that still runs is not started anew: the time of the save before would end this one's.
      forget.clear()
      forget.start()
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setBusy(false)
    }
  }
  const given = edit?.given ?? saved
  const clash = problem?.code === 'changed_meanwhile' ? problem : null
  return {
    given,
    set: (changes) =>
      setEdit((before) => ({ base: saved, mark, ...before, given: { ...(before?.given ?? saved), ...changes } })),
    isChanged: edit !== null && !isSame(edit.given, edit.base),
    isBusy,
    wasSaved,
    problem: clash ? null : problem,
    conflict: clash && {
      sentence: clash.message.replace(/ Look at .*/, ''),
      keepMine: () => void store({ given, base: saved, mark }),
      takeTheirs: () => {
        setEdit(null)
        setProblem(null)
      },
    },
    save: () => void (edit && store(edit)),
    errorAt: (field) => problem?.fields.find((one) => one.field === field)?.message,
  }
}
