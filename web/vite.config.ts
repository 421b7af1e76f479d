import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin, type Rolldown } from 'vite'

/** The pages that most visits start with, by a pattern of their path. */
const FIRST_PAGES = {
  '^/clients/?$': 'clients/list/ClientsPage.tsx',
  '^/clients/board/?$': 'clients/board/BoardPage.tsx',
  '^/clients/[0-9a-f-]{36}/?$': 'clients/detail/ClientPage.tsx',
}

/**
 * Splits the code into few files, so that a first visit needs few requests: the libraries of every page, our code of
 * every page, the list page, and what other pages share, grouped by the pages that use it.
 */
const groups: Rolldown.CodeSplittingGroup[] = [
  { name: 'libraries', tags: ['$initial'], test: /node_modules.*\.[cm]?js$/, priority: 4 },
  { name: 'app', tags: ['$initial'], priority: 3 },
  { name: 'list', test: /clients\/list\/ClientsPage\.tsx$/, priority: 2 },
  { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 8_000, priority: 1 },
]

/**
 * Writes `preload.json` with the files that the first pages need, by path pattern. The server names them in the HTML;
 * otherwise a browser learns of them only after the app has loaded.
 */
const preloads: Plugin = {
  name: 'preloads',
  apply: 'build',
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((one) => one.type === 'chunk')
    const needed = (page: string): string[] => {
      const chunk = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/web/${page}`)))
      if (!chunk) this.error(`${page} is in no file`)
      const all = new Set([chunk])
      for (const one of all) for (const other of chunks) if (one.imports.includes(other.fileName)) all.add(other)
      return [...all].flatMap(({ fileName, viteMetadata }) => [fileName, ...(viteMetadata?.importedCss ?? [])])
    }
    const files = Object.fromEntries(Object.entries(FIRST_PAGES).map(([path, page]) => [path, needed(page)]))
    this.emitFile({ type: 'asset', fileName: 'preload.json', source: JSON.stringify(files) })
  },
}

/** Returns a short file name: by default a shared chunk's name lists all pages that use it. */
const shortOf = (name = '') => (name.startsWith('shared') ? 'shared' : '[name]')

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), preloads],
  // The server replaces it with a new nonce in every response.
  html: { cspNonce: '%NONCE%' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        codeSplitting: { groups },
        chunkFileNames: ({ name }) => `assets/${shortOf(name)}-[hash].js`,
        assetFileNames: ({ names }) => `assets/${shortOf(names[0])}-[hash][extname]`,
      },
    },
  },
})
