/**
 * The shape of the code, checked: which way imports point, who may read the
 * environment.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx', '*.mjs']
const files = execFileSync('git', listed, { encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => existsSync(file))
const sources = files
  .filter((file) => !file.startsWith('tests/'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }))

/** From the bottom up: a room imports from itself and from the rooms above it in this list. */
const rooms = [
  'errors.ts',
  'config/',
  'config.ts',
  'schemas/',
  'processors/shared/',
  'processors/values/',
  'processors/document/',
  'processors/labels/',
  'processors/review/',
  'processors/routing/',
  'processors/line-items/',
  'processors/rules/',
  'processors/sources/',
  'processors/model/',
  'processors/',
  'topology.ts',
  'connectors/',
  'runtime/',
  'trainer/',
  'docs/',
  'deploy/stack/',
  'deploy/instance/',
  'operations/',
  'deploy/services/',
  'deploy/',
  'cli/',
  'index.ts',
]

/** The page runs in a browser: of the rest it sees what it shares with the server. */
const contract = 'connectors/http/contract/types.ts'
const seenByWeb = ['web/', 'schemas/types.ts', 'schemas/profiles.ts', contract]

/**
 * What a connector may import from another: files that serve them all, and the rest of its family.
 */
const sharedConnectors = ['files', 'http', 'kafka', 'redis', 'registry']
const families = [
  ['blobs', 'images', 'pdf', 'ppocr', 'reader', 'tesseract'],
  ['chdb', 'clickhouse'],
]

const importsOf = (file: string, text: string): string[] =>
  [...code(text).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    normalize(join(dirname(file), match[1] as string)),
  )

/** An import that is there when the program runs; what is imported later, in parentheses, is not. */
const valueImport = /^(?:import|export) (?!type\b)[^'()]*'([^']+)'/gm

const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')

const roomOf = (file: string): number => {
  const found = rooms.filter((room) => file.startsWith(room)).sort((a, b) => b.length - a.length)[0]
  return found === undefined ? -1 : rooms.indexOf(found)
}

describe('the code', () => {
  test('every source has a room', () => {
    const homeless = sources.filter(({ file }) => roomOf(file) < 0 && !file.startsWith('web/'))
    expect(homeless.map(({ file }) => file).filter((file) => file !== 'jest.config.mjs')).toEqual(
      [],
    )
  })

  test('imports point downwards', () => {
    const wrong = sources.flatMap(({ file, text }) =>
      importsOf(file, text)
        .filter((target) =>
          file.startsWith('web/')
            ? !seenByWeb.some((prefix) => target.startsWith(prefix))
            : roomOf(target) > roomOf(file),
        )
        .map((target) => `${file} → ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('of the HTTP contract the page sees types only', () => {
    const text = code(readFileSync(contract, 'utf8'))
    expect(text.match(/^(import|export) (?!type\b).*/gm) ?? []).toEqual([])
  })

  test('no file imports itself by way of others', () => {
    const imports = new Map(sources.map(({ file, text }) => [file, importsOf(file, text)]))
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      if (path.includes(file) || done.has(file)) return
      for (const target of imports.get(file) ?? []) visit(target, [...path, file])
      done.add(file)
    }
    for (const file of imports.keys()) visit(file, [])
    expect(circles).toEqual([])
  })

  test('a query of the store loads no client of a broker or a registry, and no metrics', () => {
    const loaded = new Set<string>()
    const visit = (file: string): void => {
      if (loaded.has(file)) return
      loaded.add(file)
      const text = sources.find((source) => source.file === file)?.text ?? ''
      for (const [, from] of code(text).matchAll(valueImport)) {
        const target = from as string
        if (target.startsWith('.')) visit(normalize(join(dirname(file), target)))
        else loaded.add(target)
      }
    }
    visit('cli/cli.ts')
    visit('cli/sql.ts')
    expect([...loaded]).toContain('@clickhouse/client')
    const heavy = ['avsc', 'kafkajs', 'prom-client', 'pino', 'topology.ts']
    expect(heavy.filter((name) => loaded.has(name))).toEqual([])
  })

  test('one connector does not import another', () => {
    const folderOf = (path: string): string => path.split('/')[1] as string
    const isShared = (path: string): boolean =>
      sharedConnectors.includes(folderOf(path)) || path.split('/').length === 2
    const areRelated = (one: string, other: string): boolean =>
      one === other || families.some((family) => family.includes(one) && family.includes(other))
    const wrong = sources
      .filter(({ file }) => file.startsWith('connectors/'))
      .flatMap(({ file, text }) =>
        importsOf(file, text)
          .filter(
            (target) =>
              target.startsWith('connectors/') &&
              !isShared(target) &&
              !areRelated(folderOf(file), folderOf(target)),
          )
          .map((target) => `${file} → ${target}`),
      )
    expect(wrong).toEqual([])
  })

  test('every file opens with a comment that says what it is', () => {
    expect(
      sources.filter(({ text }) => !/^(#!.*\n)?\/[/*]/.test(text)).map(({ file }) => file),
    ).toEqual([])
  })

  test('only the command line reads the environment', () => {
    expect(
      sources
        .filter(
          ({ file, text }) =>
            /process\.env(?!\['ORT_DISABLE_TELEMETRY'\] = )/.test(text) &&
            !/^(cli\/|deploy\/|operations\/|config\.ts|docs\/examples\/)/.test(file),
        )
        .map(({ file }) => file),
    ).toEqual([])
  })

  test('processors are pure: no clock, chance, environment, files or network', () => {
    const impure =
      /\bDate\.now\b|new Date\(\)|Math\.random|process\.env|from 'node:(fs|net|http|https|child_process|worker_threads)/
    expect(
      sources
        .filter(({ file, text }) => file.startsWith('processors/') && impure.test(code(text)))
        .map(({ file }) => file),
    ).toEqual([])
  })

  test('no full topic name is spelled outside the settings', () => {
    const literal =
      /['"`]invoices\.(raw|ocr|extracted|needs-review|corrected|training|rules|models)/
    expect(
      sources
        .filter(({ file, text }) => file !== 'config.ts' && literal.test(code(text)))
        .map(({ file }) => file),
    ).toEqual([])
  })

  test('nothing is of type any', () => {
    expect(
      sources
        .filter(({ text }) => /(:|as|<)\s*any\b(?!\w)/.test(code(text)))
        .map(({ file }) => file),
    ).toEqual([])
  })
})
