import { type againstSandbox, eventually } from '../../providers/againstSandbox.ts'

type Sent = { to: string; subject: string; text: string; html: string }

/** Reads the mails that the sandbox's provider accepted. */
export function mailbox(sandbox: Awaited<ReturnType<typeof againstSandbox>>) {
  return {
    /** Waits for the newest mail to an address with this subject. */
    mailed: (to: string, subject: string): Promise<Sent> =>
      eventually(async () => {
        const { messages } = await sandbox.control<{ messages: Sent[] }>(`messages?to=${encodeURIComponent(to)}`)
        return messages.find((one) => one.subject === subject)
      }),
  }
}

/** Returns the address of the mail's button. */
export const linkIn = ({ text }: { text: string }): string => /https?:\/\/\S+/.exec(text)![0]
