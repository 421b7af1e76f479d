import { Button, type ButtonProps, type ElementProps } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { toastFailure } from './toast.ts'

/** A button that carries out an act: it spins meanwhile, and a refusal becomes a toast. */
export function ActButton(
  props: ButtonProps & ElementProps<'button', keyof ButtonProps | 'onClick'> & { act: () => Promise<unknown> },
) {
  const { act, ...look } = props
  const { mutate, isPending } = useMutation({ mutationFn: act, onError: toastFailure })
  return <Button variant="default" {...look} loading={isPending} onClick={() => mutate()} />
}
