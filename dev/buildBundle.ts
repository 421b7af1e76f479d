import { mkdirSync } from 'node:fs'
import { buildBundle } from '../worker/bundle.ts'

// `npm run build:bundle`: the workflow code as one file, so that a production worker needs no compiler.
mkdirSync('dist', { recursive: true })
await buildBundle('dist/workflow-bundle.js')
