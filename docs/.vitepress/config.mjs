// The site is the pages of this folder and three from above it. Everything it loads is its own.
import { cpSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { linksAsOnDisk, slug } from './links.mjs'
import { FROM_ABOVE, navigation, sidebar } from './reading-order.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../..')

export default {
  title: 'Tradewright',
  description: 'Research, verify and run trading strategies.',
  lang: 'en',
  srcDir: root,
  srcExclude: ['!(docs|CONTRIBUTING.md|CHANGELOG.md)/**', '!(CONTRIBUTING|CHANGELOG).md', 'docs/node_modules/**'],
  rewrites: { ...FROM_ABOVE, 'docs/:path*': ':path*' },
  outDir: resolve(root, 'build/docs'),
  cacheDir: resolve(root, 'build/docs-cache'),
  base: process.env.DOCS_BASE ?? '/',
  metaChunk: true,
  head: [['link', { rel: 'icon', href: 'data:image/svg+xml,' + encodeURIComponent(icon()) }]],
  markdown: {
    anchor: { slugify: slug },
    config: (md) => md.use(linksAsOnDisk, { root, rewrites: FROM_ABOVE }),
    theme: { light: 'vitesse-light', dark: 'vitesse-dark' },
  },
  themeConfig: {
    nav: navigation,
    sidebar: sidebar(resolve(root, 'docs')),
    outline: { level: [2, 3], label: 'On this page' },
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
    externalLinkIcon: true,
  },
  vite: {
    logLevel: 'warn',
    build: { chunkSizeWarningLimit: 2000 },
    plugins: [{ name: 'packages-of-docs', enforce: 'pre', resolveId: resolveFromHere }],
  },
  buildEnd: ({ outDir }) => {
    cpSync(resolve(root, 'LICENSE'), resolve(outDir, 'LICENSE.txt'))
    const filter = (file) => !file.includes('__pycache__')
    cpSync(resolve(root, 'examples'), resolve(outDir, 'examples'), { recursive: true, filter })
  },
}

// A page above this folder does not see the packages in it.
function resolveFromHere(name, importer, options) {
  const above = name.startsWith('vue') && importer?.endsWith('.md') && dirname(importer) === root
  return above ? this.resolve(name, resolve(here, 'config.mjs'), { ...options, skipSelf: true }) : null
}

function icon() {
  return readFileSync(resolve(here, 'theme/mark.svg'), 'utf8').replace(/\s+/g, ' ').trim()
}
