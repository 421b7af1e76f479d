import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { TEMPLATE_VERSION } from '../../messages/compose/inputs.ts'
import { renderMail } from '../../messages/templates/render.tsx'
import { renderText } from '../../messages/templates/texts.ts'
import { mailViews } from './mailViews.ts'
import { longestViews } from './textViews.ts'

test('the version of the templates is raised when the bytes of any mail or text change', async () => {
  const hash = createHash('sha256')
  for (const view of Object.values(mailViews)) hash.update(JSON.stringify(await renderMail(view)))
  for (const [view] of longestViews) hash.update(renderText(view))
  // After a change: raise TEMPLATE_VERSION, then write both here.
  expect([TEMPLATE_VERSION, hash.digest('base64url')]).toEqual(['10', 'PntrJRfhc_fA1iK4GxiTzHxBwwOgpPeqgV3Ep_yH4F0'])
})
