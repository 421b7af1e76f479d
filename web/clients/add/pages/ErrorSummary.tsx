import { Alert, Anchor } from '@mantine/core'
import { useId } from 'react'
import type { Wrong } from '../steps.ts'
import classes from '../Wizard.module.css'

/** Lists the errors of a page; each one focuses its field. */
export function ErrorSummary({ wrong, onGo }: { wrong: Wrong[]; onGo: (field: string) => void }) {
  const id = useId()
  if (wrong.length === 0) return null
  return (
    <Alert color="danger" variant="light" role="alert" aria-labelledby={id}>
      <strong id={id}>
        There is a problem with {wrong.length} {wrong.length === 1 ? 'field' : 'fields'}.
      </strong>
      <ul className={classes.wrong}>
        {wrong.map(({ field, code, message }) => (
          <li key={`${field} ${code}`}>
            <Anchor
              component="button"
              type="button"
              size="sm"
              c="inherit"
              underline="always"
              onClick={() => onGo(field)}
            >
              {message}
            </Anchor>
          </li>
        ))}
      </ul>
    </Alert>
  )
}
