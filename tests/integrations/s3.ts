/** S3: the promises of the blob store on the Versity gateway, which is built for it. */

import { buildVersity } from '../s3.ts'
import { run } from './processes.ts'

const test = 'tests/connectors/blobs/s3.test.ts'

export async function tryS3(): Promise<readonly (readonly [promise: string, seen: string])[]> {
  buildVersity()
  const words = [test, '--testNamePattern', 'versitygw', '--json', '--silent']
  const { numPassedTests } = JSON.parse(
    await run(process.execPath, ['node_modules/jest/bin/jest.js', ...words]),
  ) as { readonly numPassedTests: number }
  if (numPassedTests === 0) throw new Error(`${test} has run no test on the gateway`)
  return [['a bucket keeps every promise of a blob store', `${numPassedTests} tests passed`]]
}
