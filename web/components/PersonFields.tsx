import { TextInput } from '@mantine/core'

type Person = { name: string; email: string }

/** The fields for a person to invite: optional name, and email. `errorAt` returns the server's message. */
export function PersonFields(props: {
  person: Person
  errorAt: (field: string) => string | undefined
  onChange: (person: Person) => void
}) {
  const { person, errorAt, onChange } = props
  return (
    <>
      <TextInput
        label="Name"
        value={person.name}
        onChange={(event) => onChange({ ...person, name: event.currentTarget.value })}
        error={errorAt('name')}
        autoComplete="off"
        data-autofocus
      />
      <TextInput
        label="Email"
        type="email"
        required
        value={person.email}
        onChange={(event) => onChange({ ...person, email: event.currentTarget.value })}
        error={errorAt('email')}
        autoComplete="off"
      />
    </>
  )
}

/** Returns the person for the API's body, trimmed. */
export const personGiven = ({ name, email }: Person) => ({
  email: email.trim(),
  ...(name.trim() && { name: name.trim() }),
})
