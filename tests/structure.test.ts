/** The shape of the code, checked: which way imports point, how long files get, who may read the environment. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx', '*.mjs'], { encoding: 'utf8' }).trim().split('\n')
const sources = files.filter((file) => !file.startsWith('tests/')).map((file) => ({ file, text: readFileSync(file, 'utf8') }))

/** Layers from the bottom; a file may import from its own layer's allowance only. */
const allowed: readonly (readonly [prefix: string, imports: readonly string[]])[] = [
  ['errors.ts', []],
  ['config.ts', ['errors.ts']],
  ['schemas/', ['schemas/', 'errors.ts']],
  ['processors/runtime/', ['processors/', 'connectors/kafka', 'connectors/registry', 'connectors/http', 'schemas/', 'topology.ts', 'config.ts', 'errors.ts']],
  ['processors/', ['processors/', 'schemas/', 'errors.ts']],
  ['topology.ts', ['processors/', 'schemas/']],
  ['connectors/', ['connectors/', 'processors/', 'schemas/', 'topology.ts', 'config.ts', 'errors.ts']],
  ['trainer/', ['trainer/', 'connectors/', 'processors/', 'schemas/', 'config.ts', 'errors.ts']],
  ['web/', ['web/', 'schemas/types.ts', 'schemas/profiles.ts']],
  ['docs/', ['schemas/', 'topology.ts', 'processors/', 'config.ts', 'connectors/review', 'connectors/intake']],
  ['deploy/', ['deploy/', 'trainer/', 'connectors/', 'processors/', 'schemas/', 'docs/', 'web/', 'topology.ts', 'config.ts', 'errors.ts']],
]

const importsOf = (file: string, text: string): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => normalize(join(dirname(file), match[1] as string)))

const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')

describe('the code', () => {
  test('imports point downwards', () => {
    const wrong = sources.flatMap(({ file, text }) => {
      const rule = allowed.find(([prefix]) => file.startsWith(prefix))
      return rule === undefined ? [] : importsOf(file, text).filter((target) => !rule[1].some((prefix) => target.startsWith(prefix))).map((target) => `${file} → ${target}`)
    })
    expect(wrong).toEqual([])
  })

  test('one connector does not import another', () => {
    const nameOf = (path: string): string => (path.split('/')[1] ?? '').replace(/\.ts$/, '').replace(/-.*$/, '')
    const shared = new Set(['kafka', 'committed', 'http', 'registry', 'redis', 'versions'])
    const families: Readonly<Record<string, string>> = { blobs: 'reading', cache: 'reading', codes: 'reading', glyphs: 'reading', images: 'reading', lean: 'reading', letters: 'reading', pdf: 'reading', pdfium: 'reading', reader: 'reading', ppocr: 'reading', seats: 'reading', sniff: 'reading', tesseract: 'reading', upright: 'reading', chdb: 'analytics', clickhouse: 'analytics', analytics: 'analytics' }
    const wrong = sources.filter(({ file }) => file.startsWith('connectors/')).flatMap(({ file, text }) =>
      importsOf(file, text).filter((target) => target.startsWith('connectors/') && !shared.has(nameOf(target)) && (families[nameOf(target)] ?? nameOf(target)) !== (families[nameOf(file)] ?? nameOf(file))).map((target) => `${file} → ${target}`))
    expect(wrong).toEqual([])
  })

  test('no file is longer than 400 lines', () => {
    expect(sources.filter(({ file, text }) => file !== 'schemas/types.ts' && text.split('\n').length > 400).map(({ file }) => file)).toEqual([])
  })

  test('every file opens with a comment that says what it is', () => {
    expect(sources.filter(({ text }) => !/^(#!.*\n)?\/[/*]/.test(text)).map(({ file }) => file)).toEqual([])
  })

  test('only the command line reads the environment', () => {
    expect(sources.filter(({ file, text }) => /process\.env/.test(text) && !/^(deploy\/|config\.ts)/.test(file)).map(({ file }) => file)).toEqual([])
  })

  test('processors are pure: no clock, chance, environment, files or network', () => {
    const impure = /\bDate\.now\b|new Date\(\)|Math\.random|process\.env|from 'node:(fs|net|http|https|child_process|worker_threads)/
    expect(sources.filter(({ file, text }) => file.startsWith('processors/') && !file.startsWith('processors/runtime/') && impure.test(code(text))).map(({ file }) => file)).toEqual([])
  })

  test('no full topic name is spelled outside the settings', () => {
    const literal = /['"`]invoices\.(raw|ocr|extracted|needs-review|corrected|training|rules|models)/
    expect(sources.filter(({ file, text }) => file !== 'config.ts' && literal.test(code(text))).map(({ file }) => file)).toEqual([])
  })

  test('nothing is of type any', () => {
    expect(sources.filter(({ text }) => /(:|as|<)\s*any\b(?!\w)/.test(code(text))).map(({ file }) => file)).toEqual([])
  })
})
