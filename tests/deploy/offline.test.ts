/**
 * The whole system where only loopback exists: it works, and no process tries any other address.
 * In a network namespace of its own, with strace as the witness of every connect and send.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../config.ts'
import { cacheOf } from '../../deploy/stack/home.ts'
import { ocrFolderOf } from '../../operations/ocr-models.ts'

jest.setTimeout(400_000) // ms

const limitMs = 300_000
// With a namespace of processes, so that all of them end with the first
const namespaces = ['--net', '--map-root-user', '--pid', '--mount-proc', '--fork', '--kill-child']
const holds = (command: string): boolean => spawnSync('sh', ['-c', command]).status === 0
const canTry =
  holds(`unshare ${namespaces.join(' ')} ip link set lo up`) &&
  holds('strace -f --seccomp-bpf true')
const withNamespace = canTry ? describe : describe.skip

const witness = 'strace -f --seccomp-bpf -qq -s 0 -e trace=connect,sendto,sendmsg,sendmmsg -o'

/** Starts everything, waits until each sample is read, asks for what there is to ask, stops. */
const wholeSystem = `
  node cli/errata.mjs up > "$HOME/up.log" 2>&1 &
  up=$!
  until grep -q 'samples: 6/6' "$HOME/up.log"; do kill -0 $up; sleep 1; done
  until errata status --json > "$HOME/status.json" && grep -q '"inFlight":0' "$HOME/status.json"
  do kill -0 $up; sleep 1; done
  errata doctor
  errata sql 'SELECT count() FROM latest_extractions'
  kill $up
  wait $up
  errata samples --out "$HOME/samples" --count 20 --scans 0
  errata train --alone --data "$HOME/samples" --out "$HOME/trained.model"
`

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'errata-offline-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** What a script says that runs without a network, and the addresses that its processes tried. */
function withoutNetwork(script: string): { readonly said: string; readonly tried: string[] } {
  const calls = join(home, 'calls')
  const words = ['sh', '-euc', `errata() { node cli/errata.mjs "$@"; }\n${script}`]
  const begin = `ip link set lo up && exec ${witness} '${calls}' "$@"`
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [...namespaces, 'sh', '-c', begin, 'sh', ...words],
    {
      encoding: 'utf8',
      timeout: limitMs,
      killSignal: 'SIGKILL',
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        TMPDIR: home,
        ERRATA_HOME: join(home, 'errata'),
        ERRATA_CACHE: cacheOf(readConfig(process.env)),
        ERRATA_SAMPLES: '6',
        // models that aren't installed would be fetched
        ERRATA_OCR_ENGINE: existsSync(ocrFolderOf(readConfig(process.env))) ? 'ppocr' : 'tesseract',
      },
    },
  )
  if (status !== 0) throw new Error(`ended with ${status}: ${stdout}${stderr}`)
  return { said: stdout, tried: addressesIn(readFileSync(calls, 'utf8')) }
}

/** Internet addresses of the calls that strace saw, each once. */
const addressesIn = (calls: string): string[] => [
  ...new Set(
    [...calls.matchAll(/inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/g)].map(
      ([, four, six]) => four ?? six ?? '',
    ),
  ),
]

const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address)

withNamespace(
  'without a network (skipped where no namespace can be made, or without strace)',
  () => {
    test('everything works, and no process tries an address outside the machine', () => {
      const { said, tried } = withoutNetwork(wholeSystem)
      expect(said).toMatch(/^6$/m)
      expect(tried.filter(isLoopback).length).toBeGreaterThan(0)
      expect(tried.filter((address) => !isLoopback(address))).toEqual([])
      const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
      expect(files.filter((file) => /mat-debug|deviceid|onnxruntime\.db/.test(file))).toEqual([])
    })

    test('an attempt is seen (without which the test above could not fail)', () => {
      const attempt = `node -e "require('net').connect(443, '192.0.2.1').on('error', () => {})"`
      expect(withoutNetwork(attempt).tried).toEqual(['192.0.2.1'])
    })
  },
)
