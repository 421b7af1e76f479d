import { Text, type TextProps } from '@mantine/core'
import { problemSentence } from '../words/problems.ts'

/** The reason why an act was refused; nothing without one. */
export const Refusal = ({ error, ...rest }: TextProps & { error: unknown }) =>
  error ? (
    <Text size="sm" c="danger" role="alert" {...rest}>
      {problemSentence(error)}
    </Text>
  ) : null
