// Who may import whom. `npm test` fails on anything else.

/** Our folders, and which of ours each may import besides itself. */
const mayImport = {
  domain: [],
  workflows: ['domain/', 'activities/'], // activities as types only, see below
  providers: ['domain/'],
  pages: ['domain/'],
  db: ['domain/'],
  commands: ['domain/', 'db/', 'providers/', 'workflows/contract[.]ts$'],
  messages: ['domain/', 'db/', 'commands/', 'providers/'],
  activities: ['domain/', 'db/', 'commands/', 'messages/', 'providers/'],
  api: ['domain/', 'db/', 'commands/', 'messages/', 'providers/', 'pages/', 'workflows/contract[.]ts$'],
  worker: ['domain/', 'workflows/', 'providers/', 'db/', 'commands/', 'messages/', 'activities/', 'sandbox/', 'dev/'],
  sandbox: [],
  web: ['domain/'], // and the API by its description alone: `web/generated/`
}

/** Folders whose outside packages are named too; `null` is none at all. Built-in modules are named `node:`. */
const mayUse = {
  domain: '^node_modules/temporal-polyfill/',
  workflows: '^node_modules/@temporalio/workflow/',
  sandbox: '^node_modules/(@types/)?express/',
}

const ours = `^(${[...Object.keys(mayImport), 'dev', 'test', 'bench'].join('|')})/`

const folderRules = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  comment: allowed.length > 0 ? `${folder}/ may import ${allowed.join(', ')}` : `${folder}/ imports nothing of ours`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: ours, pathNot: [`${folder}/`, ...allowed].map((path) => `^${path}`) },
}))

const packageRules = Object.entries(mayUse).map(([folder, allowed]) => ({
  name: `${folder}-packages`,
  comment: `${folder}/ uses no other package`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: '^node_modules/', ...(allowed ? { pathNot: allowed } : {}) },
}))

const builtInRules = ['domain', 'workflows', 'web'].map((folder) => ({
  name: `${folder}-built-ins`,
  comment: `${folder}/ uses nothing of Node`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { dependencyTypes: ['core'] },
}))

export default {
  forbidden: [
    ...folderRules,
    ...packageRules,
    ...builtInRules,
    {
      name: 'workflows-activities-as-types',
      comment: 'a workflow knows its activities by their types only: `import type`',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'a file nobody imports and that imports nothing',
      severity: 'error',
      from: { orphan: true, pathNot: ['[.]d[.]ts$', '^test/', '^web/vite[.]config[.]ts$', '^[^/]+$'] },
      to: {},
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-packages-in-production',
      comment: 'the image is installed without devDependencies',
      severity: 'error',
      from: { path: '^(domain|workflows|providers|pages|db|commands|messages|activities|api|worker|sandbox)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
    },
  ],
  options: {
    parser: 'swc', // TypeScript 7 has no interface for tools; swc is there for the workflow bundle anyway.
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|[.]embark)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
}
