/**
 * `npm run audit`: known vulnerabilities of what is installed to run Errata, from high on, and its
 * licences. 0: none. 1: some. 2: the registry could not be asked, which is not the same as none.
 */

import { spawnSync } from 'node:child_process'
import { lockedPackages, refusedLicences } from './licences.ts'

interface Report {
  readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> }
  readonly message?: string
}

const patienceMs = 120_000

function vulnerabilities(): Readonly<Record<string, number>> | null {
  const asked = ['audit', '--omit=dev', '--json']
  const { stdout } = spawnSync('npm', asked, { encoding: 'utf8', timeout: patienceMs })
  try {
    return (JSON.parse(stdout) as Report).metadata?.vulnerabilities ?? null
  } catch {
    return null
  }
}

const licences = refusedLicences(lockedPackages())
for (const line of licences) process.stderr.write(`licence: ${line}\n`)
const found = vulnerabilities()
if (found === null) {
  process.stderr.write('vulnerabilities: the registry could not be asked, so nothing is known\n')
} else {
  process.stdout.write(`vulnerabilities: ${JSON.stringify(found)}\n`)
}
const severe = (found?.['high'] ?? 0) + (found?.['critical'] ?? 0)
if (licences.length > 0 || severe > 0) process.exitCode = 1
else if (found === null) process.exitCode = 2
else process.stdout.write('nothing from high on, and every licence may be shipped\n')
