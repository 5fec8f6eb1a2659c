/** Records the numbers of features, once `featureVersion` says that they are others. */

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folder, numbersNow, recorded } from './numbers.ts'

const path = join(folder, 'numbers.json')
const now = numbersNow()
if (existsSync(path) && recorded().version === now.version) {
  process.stderr.write(`${path} has the numbers of ${now.version}: raise featureVersion first\n`)
  process.exitCode = 1
} else {
  writeFileSync(path, `${JSON.stringify(now, null, 2)}\n`)
}
