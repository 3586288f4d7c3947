// Links are written as files lie in the repository, so that a code host follows them too. Here each
// becomes the address that its page has on the site.
import { existsSync } from 'node:fs'
import { dirname, extname, relative, resolve } from 'node:path'

const ELSEWHERE = /^([a-z][a-z0-9+.-]*:|\/|#)/i

export function linksAsOnDisk(md, { root, rewrites }) {
  md.core.ruler.push('links_as_on_disk', (state) => {
    for (const token of state.tokens.flatMap((block) => block.children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null
      if (href && !ELSEWHERE.test(href)) token.attrSet('href', address(href, state.env, root, rewrites))
    }
  })
}

function address(href, env, root, rewrites) {
  const [name, anchor] = href.split('#')
  const file = relative(root, resolve(dirname(env.realPath ?? env.path), decodeURIComponent(name)))
  if (!existsSync(resolve(root, file))) return href // VitePress names it among the dead links
  const page = rewrites[file] ?? (extname(file) ? file.replace(/^docs\//, '') : `${file}.txt`)
  return `/${page}${anchor === undefined ? '' : `#${anchor}`}`
}

// The anchors that GitHub makes; tools/check_links.py knows the same rule.
export function slug(heading) {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, '').trim().replace(/ /g, '-')
}
