import { Group, Kbd, Modal, Title } from '@mantine/core'
import classes from './KeysHelp.module.css'
import { KEY_SECTIONS } from './keyWords.ts'

/** The dialog with all keys, grouped by where they work. */
export const KeysHelp = ({ onClose }: { onClose: () => void }) => (
  <Modal opened onClose={onClose} title="Keys" centered>
    {KEY_SECTIONS.map(({ title, keys }) => (
      <section key={title} className={classes.section}>
        <Title order={3}>{title}</Title>
        <dl className={classes.keys}>
          {keys.map(([names, what]) => (
            <div key={what}>
              <dt>
                <Group gap="xs" component="span">
                  {names.map((name) => (
                    <Kbd key={name}>{name}</Kbd>
                  ))}
                </Group>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </section>
    ))}
  </Modal>
)
