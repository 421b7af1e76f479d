import { Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { toast } from './toast.ts'

/** Copies a text and confirms with the toast `done`. If the browser refuses, shows it to be copied by hand. */
export async function copyText(text: string, done: string, kind: 'link' | 'summary' = 'link'): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    notifications.clean()
    notifications.show({
      message: (
        <Textarea
          label={`Copying isn’t allowed here. Select the ${kind} below and copy it.`}
          readOnly
          autosize
          maxRows={6}
          value={text}
          onFocus={(event) => event.currentTarget.select()}
        />
      ),
      color: 'danger',
      autoClose: false,
      role: 'alert',
    })
    return
  }
  toast(done)
}
