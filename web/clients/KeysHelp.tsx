import { Group, Kbd, Modal } from '@mantine/core'
import classes from './KeysHelp.module.css'
import { LIST_KEYS } from './useListKeys.ts'

/** All keys of a page: of the list, unless others are given. */
export const KeysHelp = ({ keys: all = LIST_KEYS, onClose }: { keys?: typeof LIST_KEYS; onClose: () => void }) => (
  <Modal opened onClose={onClose} title="Keys" centered closeButtonProps={{ 'aria-label': 'Close' }}>
    <dl className={classes.keys}>
      {all.map(([keys, what]) => (
        <div key={what}>
          <dt>
            <Group gap="xs" component="span">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  </Modal>
)
