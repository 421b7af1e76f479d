/** Returns true for keys with a modifier, in a field or menu, or under a dialog: they are not the page's. */
export function isElsewhere(event: KeyboardEvent): boolean {
  const target = event.target as Element | null
  return (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    target?.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu], [role=listbox]') !=
      null ||
    document.querySelector('[role=dialog]') !== null
  )
}
