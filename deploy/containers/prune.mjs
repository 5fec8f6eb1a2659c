/**
 * Takes out of ./node_modules what an image never loads: `node prune.mjs` in its folder. Whatever
 * is missing by mistake shows in the test that runs documents through the image.
 */

import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = 'node_modules'
const { platform, arch } = process

/** Paths below node_modules; a star stands for a part of a name. */
const unused = [
  // binaries of other platforms, which the package brings along
  `onnxruntime-node/bin/*/!${platform}`,
  `onnxruntime-node/bin/*/${platform}/!${arch}`,
  'onnxruntime-node/script',
  '@libsql/*-musl',
  // builds for browsers
  'tesseract.js-core/*.wasm.js',
  'tesseract.js/dist',
  // the larger and slower models of each language
  '@tesseract.js-data/*/4.0.0',
  // the same code once more, for bundlers, browsers and other languages
  'pdf-lib/dist',
  'pdf-lib/es',
  'pdf-lib/src',
  'pdf-lib/ts3.4',
  '@aws-sdk/*/dist-es',
  '@aws-sdk/*/dist-types',
  '@smithy/*/dist-es',
  '@smithy/*/dist-types',
  'stdnum/src',
  '@hyzyla/pdfium/dist/*base64*',
  '@hyzyla/pdfium/dist/index.esm.browser.js',
  '@hyzyla/pdfium/dist/index.esm.cdn.js',
]

/** Read by people and compilers alone. */
const ofNoUse = /\.(map|[cm]?ts|tsx|md|markdown|flow)$/i

function matches(pattern, name) {
  if (pattern.startsWith('!')) return name !== pattern.slice(1)
  const parts = pattern.split('*').map((part) => part.replace(/[.+]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(name)
}

function found(folder, [first, ...rest]) {
  const names = readdirSync(folder).filter((name) => matches(first, name))
  const paths = names.map((name) => join(folder, name))
  return rest.length === 0 ? paths : paths.flatMap((path) => found(path, rest))
}

for (const pattern of unused) {
  const paths = found(root, pattern.split('/'))
  if (paths.length === 0) throw new Error(`nothing is called ${pattern}: mend the list`)
  for (const path of paths) rmSync(path, { recursive: true })
}
for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
  const path = join(root, file)
  if (ofNoUse.test(file) && statSync(path).isFile()) rmSync(path)
}
