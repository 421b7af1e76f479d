import '@mantine/core/styles/Alert.css'
import { Alert } from '@mantine/core'
import { problemSentence } from '../words/problems.ts'

/** Says at the head of a form why it was refused; nothing without an error. */
export const RefusedForm = ({ error }: { error: unknown }) =>
  error ? (
    <Alert color="danger" variant="light" role="alert">
      {problemSentence(error)}
    </Alert>
  ) : null
