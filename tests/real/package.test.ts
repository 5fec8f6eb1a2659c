/**
 * The package as somebody has it who never saw the checkout: packed, unpacked into an empty folder
 * beside the packages that it depends on, and nothing else. (Installed by links: a registry would
 * give the same versions.) Its command line, its types, its examples, and all of it on the broker.
 */

import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { codeVersion } from '../../trainer/code-version.ts'
import { sample } from '../../trainer/samples/generate.ts'
import { testConfig } from '../stack.ts'

const run = promisify(execFile)
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'errata-package-')))
const config = testConfig({ home: join(folder, '.errata') })
const errata = join(folder, 'node_modules/errata')
const environment = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  KAFKA_BROKERS: String(config.brokers),
  SCHEMA_REGISTRY_URL: String(config.registryUrl),
  ERRATA_TOPIC_PREFIX: config.topicPrefix,
  ERRATA_PARTITIONS: '1',
  ERRATA_SAMPLES: '1',
  ERRATA_OCR_ENGINE: 'tesseract',
}

interface Locked {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>
}

/** Links what runs beside the package; not what only its development needs. */
function linkDependencies(): void {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Locked
  for (const [path, { dev }] of Object.entries(packages)) {
    if (!/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) || dev === true) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(join(process.cwd(), path), join(folder, path))
  }
}

beforeAll(() => {
  const packed = execFileSync(
    'npm',
    ['pack', '--ignore-scripts=false', '--json', '--pack-destination', folder],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('['))) as [{ filename: string }]
  linkDependencies()
  mkdirSync(errata, { recursive: true })
  execFileSync('tar', ['xzf', join(folder, filename), '-C', errata, '--strip-components=1'])
  expect(statSync(join(folder, filename)).size).toBeLessThan(12_000_000)
  rmSync(join(folder, filename))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const cli = async (...words: readonly string[]): Promise<string> =>
  (await run('node', [join(errata, 'cli/errata.mjs'), ...words], { cwd: folder, env: environment }))
    .stdout

async function pdfOf(profile: 'invoice' | 'receipt'): Promise<string> {
  const { pdf } = await sample(5, 0, { profile })
  const file = join(folder, `${profile}.pdf`)
  writeFileSync(file, pdf as Buffer)
  return file
}

/** Runs an example of docs/examples; its lines. */
async function example(name: string, ...words: readonly string[]): Promise<string[]> {
  cpSync(join('docs/examples', name), join(folder, name))
  const { stdout } = await run('node', [name, ...words], { cwd: folder, env: environment })
  return stdout.trim().split('\n')
}

test('it holds what runs, and neither sources nor tests', () => {
  const files = readdirSync(errata, { recursive: true, encoding: 'utf8' })
  expect(files.filter((file) => /(?<!\.d)\.tsx?$|\.test\./.test(file))).toEqual([])
  expect(readdirSync(errata).sort()).toEqual(
    [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'cli',
      'deploy',
      'dist',
      'docs',
      'package.json',
    ].sort(),
  )
  expect(readFileSync(join(errata, 'dist/lib/trainer/code-version.txt'), 'utf8')).toBe(
    codeVersion(),
  )
})

test('its command line reads a document as the checkout does', async () => {
  const file = await pdfOf('invoice')
  const words = ['extract', file, '--profile', 'invoice', '--jsonl']
  const { stdout } = await run('node', ['cli/errata.mjs', ...words], { env: environment })
  const untimed = (line: string): object => ({ ...(JSON.parse(line) as object), ms: null })
  expect(untimed(await cli(...words))).toEqual(untimed(stdout))
})

test('programs import it, with its types', async () => {
  const file = await pdfOf('invoice')
  const program = `
    import { readFileSync } from 'node:fs'
    import { readDocument, type Reading } from 'errata'
    const reading: Reading = await readDocument(readFileSync(${JSON.stringify(file)}))
    console.log(reading.fields['invoice_number']?.value)
  `
  writeFileSync(join(folder, 'program.ts'), program)
  const wrong = program.replace('Reading = await', 'number = await')
  writeFileSync(join(folder, 'wrong.ts'), wrong)
  const check = (source: string): Promise<object> => {
    const options = '--noEmit --strict --module nodenext --target es2022 --types node'.split(' ')
    const types = ['--typeRoots', join(process.cwd(), 'node_modules/@types')]
    const compiler = join(process.cwd(), 'node_modules/typescript/bin/tsc')
    return run('node', [compiler, ...options, ...types, source], { cwd: folder })
  }
  await check('program.ts')
  await expect(check('wrong.ts')).rejects.toMatchObject({
    stdout: expect.stringContaining("not assignable to type 'number'") as unknown,
  })
})

test('the example of a profile of your own reads a receipt', async () => {
  const file = await pdfOf('receipt')
  const [line] = await example('own-profile.mjs', file)
  expect(JSON.parse(line as string)).toMatchObject({
    file,
    seller_name: expect.any(String) as unknown,
    grand_total: expect.stringMatching(/^\d+\.\d\d$/) as unknown,
    buyer_name: null,
  })
})

test('the example of an OCR engine of your own sends a page and reads what comes back', async () => {
  const asked: string[] = []
  // stands for the service that the example is for
  const service = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers['content-type']}`)
    const word = (text: string, x: number, y: number): object => ({
      text,
      box: [x, y, x + 12 * text.length, y + 20],
      confidence: 0.99,
    })
    const lines = [
      [word('KEDAI', 20, 20), word('ABC', 120, 20), word('TRADING', 180, 20)],
      [word('Date:', 20, 60), word('05/03/2024', 120, 60)],
      [word('TOTAL', 20, 200), word('12.50', 300, 200)],
    ]
    request.resume().on('end', () => response.end(JSON.stringify(lines)))
  })
  service.listen(0, '127.0.0.1')
  await once(service, 'listening')
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`
  const { image } = await sample(5, 0, { profile: 'receipt', scan: true })
  const file = join(folder, 'receipt.jpg')
  writeFileSync(file, image as Buffer)
  const [line] = await example('own-ocr.mjs', url, file)
  service.close()
  expect(asked).toEqual(['POST image/png'])
  expect(line).toBe(`${file} KEDAI ABC TRADING 2024-03-05 12.50`)
})

test('`errata up` of an empty folder runs on it', async () => {
  const up = spawn('node', [join(errata, 'cli/errata.mjs'), 'up'], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(up, 'exit')
  try {
    let said = ''
    for await (const text of up.stdout) {
      said += String(text)
      if (said.includes('Errata is ready.')) break
    }
    expect(said).toContain('Errata is ready.')
    const page = /Review page\s+(\S+)/.exec(said)?.[1] as string
    const html = await (await fetch(page)).text()
    const script = /src="(\/assets\/[^"]+)"/.exec(html)?.[1] as string
    expect((await fetch(new URL(script, page))).status).toBe(200)
    let documents = 0
    while (documents === 0) {
      const { balance } = JSON.parse(await cli('status', '--json')) as {
        balance: { accepted: number; review: number }
      }
      documents = balance.accepted + balance.review
    }
  } finally {
    up.kill('SIGTERM')
  }
  expect(await ended).toEqual([0, null])
}, 180_000)
