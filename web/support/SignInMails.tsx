import { Title } from '@mantine/core'
import { ACCOUNT_MAILS } from '../../domain/practice/accountMails.ts'
import { deliveryWord } from '../../domain/rows/deliveryWord.ts'
import { Time } from '../components/Time.tsx'
import { shownDelivery } from '../words/states.ts'
import type { SignInMail } from './queries.ts'
import classes from './Support.module.css'

/** The states of the mails about sign-ins to the searched address, newest first. */
export function SignInMails({ mails }: { mails: SignInMail[] }) {
  return (
    <section aria-labelledby="sign-in-mails">
      <Title order={2} size="h4" id="sign-in-mails" mt="xl">
        Sign-in emails to this address
      </Title>
      <ul className={classes.mails}>
        {mails.map(({ mail, at, state, reason }) => (
          <li key={`${mail} ${at}`}>
            <strong>{ACCOUNT_MAILS[mail]}</strong>
            <span>
              <Time at={at} as="since" />
            </span>
            <span>
              {shownDelivery({ channel: 'email', state: deliveryWord({ state }, false) }).label}
              {reason && `: ${reason}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
