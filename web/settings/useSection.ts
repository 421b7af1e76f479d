import { useTimeout } from '@mantine/hooks'
import { type ChangeEvent, useState } from 'react'
import { changedWords } from '../../domain/words/changed.ts'
import { asProblem, type Problem } from '../api/problem.ts'
import { useZone } from '../shell/useMe.ts'

const SAVED_FOR_MS = 2_000

/** The names of the fields of a section that hold such values. */
type Names<T, V> = { [K in keyof T]: T[K] extends V ? K : never }[keyof T] & string

/** The props of a field that reports a change as `E`. */
type FieldProps<E> = { value: string; onChange: (change: E) => void; error: string | undefined }

/** The state of a section that is saved by itself. */
export type Section<T> = {
  given: T
  set: (changes: Partial<T>) => void
  isChanged: boolean
  isBusy: boolean
  /** True for 2 s after saving. */
  wasSaved: boolean
  /** The refusal of the last save; null during a conflict. */
  problem: Problem | null
  /** A colleague saved the section first: the sentence that says so, and the two ways to resolve it. */
  conflict: { sentence: string; keepMine: () => void; takeTheirs: () => void } | null
  save: () => void
  /** Returns the API's message for a field. */
  errorAt: (field: string) => string | undefined
  /** Returns the props of a field for text. `at` is the API's name of the field, if it is another. */
  text: (name: Names<T, string | null>, at?: string) => FieldProps<ChangeEvent<HTMLInputElement | HTMLTextAreaElement>>
  /** Returns the props of a field in which one of several is chosen. */
  choice: (name: Names<T, string>, at?: string) => FieldProps<string | null>
  /** Returns the props of a box to tick. */
  tick: (name: Names<T, boolean>) => { checked: boolean; onChange: (event: ChangeEvent<HTMLInputElement>) => void }
}

/** An edit under way: the current values, the values it started from, and their version. */
type Edit<T> = { given: T; base: T; mark: number }

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const changeOf = ({ more: { by, at } }: Problem) => ({
  by: typeof by === 'string' ? by : null,
  at: typeof at === 'string' ? Date.parse(at) : null,
})

/**
 * Returns a section that shows `saved` until it is edited. `send` saves the edit or throws a `Problem`. Before it
 * throws `changed_meanwhile` it reads the section again, so that `saved` then holds the colleague's values.
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
  const zone = useZone()
  const forget = useTimeout(() => setSaved(false), SAVED_FOR_MS)
  const store = async (given: Edit<T>) => {
    setBusy(true)
    setProblem(null)
    try {
      await send(given)
      setEdit(null)
      setSaved(true)
      // `start` does not restart a running timer, so the timer of the previous save would end this one early.
      forget.clear()
      forget.start()
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setBusy(false)
    }
  }
  const given = edit?.given ?? saved
  const set = (changes: Partial<T>) =>
    setEdit((before) => ({ base: saved, mark, ...before, given: { ...(before?.given ?? saved), ...changes } }))
  const setOne = (name: keyof T, value: unknown) => set({ [name]: value } as Partial<T>)
  const errorAt = (field: string) => problem?.at(field)
  const clash = problem?.code === 'changed_meanwhile' ? problem : null
  return {
    given,
    set,
    isChanged: edit !== null && !isSame(edit.given, edit.base),
    isBusy,
    wasSaved,
    problem: clash ? null : problem,
    conflict: clash && {
      sentence: changedWords(changeOf(clash), zone),
      keepMine: () => void store({ given, base: saved, mark }),
      takeTheirs: () => {
        setEdit(null)
        setProblem(null)
      },
    },
    save: () => void (edit && store(edit)),
    errorAt,
    text: (name, at = name) => ({
      value: String(given[name] ?? ''),
      onChange: (event) => setOne(name, event.currentTarget.value),
      error: errorAt(at),
    }),
    choice: (name, at = name) => ({
      value: String(given[name]),
      onChange: (value) => value && setOne(name, value),
      error: errorAt(at),
    }),
    tick: (name) => ({
      checked: given[name] === true,
      onChange: (event) => setOne(name, event.currentTarget.checked),
    }),
  }
}
