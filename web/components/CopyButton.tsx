import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'

/** Copies a text to the clipboard and confirms it on the button. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const { copy, copied } = useClipboard({ timeout: 2_000 })
  return (
    <Button variant="default" onClick={() => copy(text)} aria-live="polite">
      {copied ? 'Copied' : label}
    </Button>
  )
}
