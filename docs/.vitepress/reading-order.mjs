// What one reads after what. A page that is not named here comes after those of its folder that are.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const FROM_ABOVE = {
  'CONTRIBUTING.md': 'contributing.md',
  'CHANGELOG.md': 'changes.md',
  'docs/decisions/README.md': 'decisions/index.md',
}

const CONCEPTS = `engine strategy-document python-strategies event-driven portfolio sweeps search executors importing data-store venues runs report metric-profiles`
const COOKBOOK = `index import-a-brokers-file keep-and-extend-prices write-a-strategy-in-python
  write-a-strategy-document stops-and-what-a-bar-hides why-did-it-trade find-the-fee-that-kills-it compare-two-strategies
  sweep-parameters search-for-parameters sweep-on-several-machines train-and-test many-symbols reproduce-an-old-run take-trades-elsewhere report-for-a-friend match-another-package`
const REFERENCE = `command-line python strategies modules metrics settings errors surface`
const CHAPTERS = [
  { title: 'Concepts', folder: 'concepts', order: CONCEPTS.split(/\s+/) },
  { title: 'Cookbook', folder: 'cookbook', order: COOKBOOK.split(/\s+/) },
  { title: 'Reference', folder: 'reference', order: REFERENCE.split(/\s+/) },
]

export const navigation = [
  { text: 'Start', link: '/getting-started' },
  { text: 'Concepts', link: '/concepts/engine', activeMatch: '/concepts/' },
  { text: 'Cookbook', link: '/cookbook/', activeMatch: '/cookbook/' },
  { text: 'Reference', link: '/reference/command-line', activeMatch: '/reference/' },
]

export function sidebar(docs) {
  const chapters = CHAPTERS.map(({ title, folder, order }) => ({
    text: title,
    collapsed: false,
    items: pages(docs, folder, order),
  }))
  const start = [{ text: 'What it is', link: '/' }, { text: 'Getting started', link: '/getting-started' }]
  const project = [
    { text: 'Decisions', link: '/decisions/' },
    { text: 'Contributing', link: '/contributing' },
    { text: 'Changes', link: '/changes' },
  ]
  return [{ text: 'Start', items: start }, ...chapters, { text: 'Project', items: project }]
}

function pages(docs, folder, order) {
  const files = readdirSync(join(docs, folder)).filter((name) => name.endsWith('.md'))
  const place = (name) => (order.includes(name) ? order.indexOf(name) : order.length)
  const sorted = files.map((name) => name.slice(0, -3)).sort((a, b) => place(a) - place(b) || a.localeCompare(b))
  return sorted.map((name) => ({
    text: name === 'index' ? 'Contents' : heading(join(docs, folder, `${name}.md`)),
    link: `/${folder}/${name === 'index' ? '' : name}`,
  }))
}

function heading(file) {
  const text = readFileSync(file, 'utf8')
  return /^# (.*)$/m.exec(text)?.[1] ?? file
}
