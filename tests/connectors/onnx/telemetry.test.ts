/** ONNX Runtime tells nobody anything: no device id, no log of its telemetry, no attempt to send. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'errata-telemetry-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** Files of the telemetry that a process leaves which opens the starter model that way. */
function filesLeft(opening: string): string[] {
  const script = `
    import { readFileSync } from 'node:fs'
    ${opening}
    await openModel(readFileSync('trainer/starter/invoice.model'))
    await new Promise((resolve) => setTimeout(resolve, 500))`
  const words = ['--import', 'tsx/esm', '--input-type=module', '--eval', script]
  const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: home, TSX_DISABLE_CACHE: '1' }
  const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => /mat-debug|deviceid|onnxruntime\.db|\.ses/.test(file))
}

test('opening a model leaves no trace of telemetry', () => {
  expect(filesLeft(`import { openModel } from './connectors/onnx/onnx.ts'`)).toEqual([])
}, 120_000)

test('the library itself leaves some (without which the test above could not fail)', () => {
  const bare = `
    import { InferenceSession } from 'onnxruntime-node'
    const openModel = (bytes) => InferenceSession.create(bytes)`
  expect(filesLeft(bare).length).toBeGreaterThan(0)
}, 120_000)
