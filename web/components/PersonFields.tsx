import { TextInput } from '@mantine/core'

type Person = { name: string; email: string }

/** Who is invited: a name, which may be left out, and an address. `errorAt` is what the server says of a field. */
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

/** The same as the API takes it. */
export const personGiven = ({ name, email }: Person) => ({
  email: email.trim(),
  ...(name.trim() && { name: name.trim() }),
})
