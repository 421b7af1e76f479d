import { useCallback, useMemo, useRef, useState } from 'react'

/** The rows selected for a bulk action; `all` means everything that matches the filters, loaded or not. */
export type Selection = { ids: ReadonlySet<string>; all: boolean }

/** Holds the selection of rows: single, by range, all loaded, or all that match. */
export function useSelection(rows: readonly { id: string }[]) {
  const [selection, setSelection] = useState<Selection>({ ids: new Set(), all: false })
  const anchor = useRef(0)
  const present = useRef(rows)
  present.current = rows

  const toggle = useCallback((index: number, isRange: boolean) => {
    const from = isRange ? anchor.current : index
    const chosen = present.current.slice(Math.min(from, index), Math.max(from, index) + 1).map(({ id }) => id)
    anchor.current = index
    setSelection(({ ids }) => {
      const next = new Set(ids)
      const target = present.current[index]
      const isOn = isRange || (target !== undefined && !ids.has(target.id))
      for (const id of chosen) isOn ? next.add(id) : next.delete(id)
      return { ids: next, all: false }
    })
  }, [])

  const toggleLoaded = useCallback(() => {
    setSelection(({ ids }) => {
      const loaded = present.current.map(({ id }) => id)
      const isOn = loaded.every((id) => ids.has(id))
      return { ids: new Set(isOn ? [] : loaded), all: false }
    })
  }, [])

  const clear = useCallback(
    () => setSelection((before) => (before.ids.size > 0 || before.all ? { ids: new Set(), all: false } : before)),
    [],
  )
  const selectAll = useCallback(() => setSelection(({ ids }) => ({ ids, all: true })), [])
  return useMemo(
    () => ({ ...selection, toggle, toggleLoaded, clear, selectAll }),
    [selection, toggle, toggleLoaded, clear, selectAll],
  )
}
