import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import './apiTypes.ts'

// `npm run dev`: serves the staff app from its sources, with live updates in the browser. Passes API requests on to the
// API.

const { WEB_PORT, API_URL = '' } = process.env
const server = await createServer({
  configFile: fileURLToPath(new URL('../web/vite.config.ts', import.meta.url)),
  server: {
    host: '127.0.0.1',
    port: Number(WEB_PORT),
    strictPort: true,
    proxy: {
      '/api': { target: API_URL, changeOrigin: true, headers: { origin: API_URL } },
      '/preview-frame': API_URL,
      '/logo': API_URL,
    },
  },
})
await server.listen()
