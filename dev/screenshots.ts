import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { homeFolder, writeWhole } from './stack/home.ts'

// `npm run screenshots [folder]`: takes a picture of every page and state that the browser tests visit, 1440 to 320
// pixels wide, in light and dark, and writes a contact sheet (`index.html`). The default folder is `screenshots` in the
// state folder.

const root = fileURLToPath(new URL('..', import.meta.url))
const TESTS = 'test/browser'

/** Runs the browser tests with pictures written to the folder. Returns true if all of them passed. */
function take(folder: string): Promise<boolean> {
  const run = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--testTimeout=180000', TESTS], {
    cwd: root,
    env: { ...process.env, EMBARK_PICTURES: folder, EMBARK_LOOKS: '1' },
    stdio: 'inherit',
  })
  return new Promise((resolve) => run.on('close', (code) => resolve(code === 0)))
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** Returns a page with all pictures, each above its name. */
function contactSheet(names: string[]): string {
  const figures = names.map(
    (name) =>
      `<figure><a href="${encodeURIComponent(name)}"><img loading="lazy" src="${encodeURIComponent(name)}" alt=""></a>
<figcaption>${escaped(name.replace(/\.png$/, ''))}</figcaption></figure>`,
  )
  return `<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Embark: every page</title>
<style>body{font:14px/1.4 system-ui;margin:24px;background:#edf0f3;color:#16202b}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(320px,1fr));gap:24px}
figure{margin:0}img{width:100%;max-height:420px;object-fit:cover;object-position:top;border:1px solid #dce1e7}</style>
<h1>${names.length} pictures</h1><main>${figures.join('\n')}</main></html>`
}

const folder = resolve(process.argv[2] ?? join(homeFolder(), 'screenshots'))
rmSync(join(folder, 'index.html'), { force: true })
mkdirSync(folder, { recursive: true })
const passed = await take(folder)
const names = readdirSync(folder).filter((name) => name.endsWith('.png'))
writeWhole(join(folder, 'index.html'), contactSheet(names.sort()))
console.log(`${names.length} pictures: ${join(folder, 'index.html')}`)
if (!passed) console.log('Some of the tests that take them failed: their pictures may be missing.')
process.exit(passed ? 0 : 1)
