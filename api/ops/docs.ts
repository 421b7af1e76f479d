import express from 'express'
import helmet from 'helmet'
import { absolutePath } from 'swagger-ui-dist'
import { compressed } from '../compressed.ts'
import type { Dependencies } from '../dependencies.ts'
import { wrongMethod } from '../errors.ts'
import { createOpenApi } from '../openapi/document.ts'

const REFERENCE_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Embark API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" href="/docs/assets/favicon-32x32.png">
</head>
<body>
<div id="reference"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  displayRequestDuration: true,
  validatorUrl: null,
})
`

/** Serves `/openapi.json`, and the reference page with try-it at `/docs`, from this process alone. */
export function docsRouter({ publicUrl }: Dependencies): express.Router {
  const router = express.Router()
  const document = createOpenApi(publicUrl)
  const readOnly = wrongMethod(['GET', 'HEAD'])
  router
    .route('/openapi.json')
    .get(compressed, (_request, response) => {
      response.json(document)
    })
    .all(readOnly)
  router.use(
    '/docs',
    helmet.contentSecurityPolicy({
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Its drawings and some of its styles are inline.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  )
  const page = (type: string, text: string): express.RequestHandler => {
    return (_request, response) => {
      response.type(type).send(text)
    }
  }
  router.route('/docs').get(page('html', REFERENCE_PAGE)).all(readOnly)
  router.route('/docs/start.js').get(page('js', START)).all(readOnly)
  router.use('/docs/assets', express.static(absolutePath(), { index: false, maxAge: '1 day' }))
  return router
}
