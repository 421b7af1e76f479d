import { MultiSelect as AllOfMany, Select as AllOfOne, type MultiSelectProps, type SelectProps } from '@mantine/core'
import { type FocusEvent, type MouseEvent, useState } from 'react'

/** Mounts the options on first focus: some lists have hundreds, and most stay closed. */
function useNear(onFocus: SelectProps['onFocus'], comboboxProps: SelectProps['comboboxProps']) {
  const [isNear, setNear] = useState(false)
  return {
    onFocus: (event: FocusEvent<HTMLInputElement>) => {
      setNear(true)
      onFocus?.(event)
    },
    comboboxProps: { keepMounted: isNear, ...comboboxProps },
  }
}

/**
 * Mantine's Select with options mounted on first focus. A press on what is chosen empties it only if it may be cleared.
 * In one that is searched, a click selects what is chosen, so that typing replaces it.
 */
export function Select({ onFocus, onClick, comboboxProps, ...rest }: SelectProps) {
  const click = (event: MouseEvent<HTMLInputElement>) => {
    if (rest.searchable) event.currentTarget.select()
    onClick?.(event)
  }
  return (
    <AllOfOne allowDeselect={rest.clearable === true} {...rest} onClick={click} {...useNear(onFocus, comboboxProps)} />
  )
}

/** Mantine's MultiSelect with options mounted on first focus. */
export function MultiSelect({ onFocus, comboboxProps, ...rest }: MultiSelectProps) {
  return <AllOfMany {...rest} {...useNear(onFocus, comboboxProps)} />
}
