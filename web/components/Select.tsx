import { MultiSelect as AllOfMany, Select as AllOfOne, type MultiSelectProps, type SelectProps } from '@mantine/core'
import { type FocusEvent, useState } from 'react'

/** The options are part of the page once somebody has come to the field: some have hundreds, and most stay closed. */
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

/** One of several, as a field. */
export function Select({ onFocus, comboboxProps, ...rest }: SelectProps) {
  return <AllOfOne {...rest} {...useNear(onFocus, comboboxProps)} />
}

/** Some of several, as a field. */
export function MultiSelect({ onFocus, comboboxProps, ...rest }: MultiSelectProps) {
  return <AllOfMany {...rest} {...useNear(onFocus, comboboxProps)} />
}
