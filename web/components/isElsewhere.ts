/** Single letters are for the page only where nobody is writing and nothing lies on top. */
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
