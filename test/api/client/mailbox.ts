import { type againstSandbox, eventually } from '../../providers/againstSandbox.ts'

type Sent = { to: string; subject: string; text: string; html: string }

/** What the sandbox's mail provider took. */
export function mailbox(sandbox: Awaited<ReturnType<typeof againstSandbox>>) {
  return {
    /** The newest mail to an address with this subject, as soon as there is one. */
    mailed: (to: string, subject: string): Promise<Sent> =>
      eventually(async () => {
        const { messages } = await sandbox.control<{ messages: Sent[] }>(`messages?to=${encodeURIComponent(to)}`)
        return messages.find((one) => one.subject === subject)
      }),
  }
}

/** Where the mail's button leads. */
export const linkIn = ({ text }: { text: string }): string => /https?:\/\/\S+/.exec(text)![0]
