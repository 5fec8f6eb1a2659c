/**
 * Completes package-lock.json after `npm install`: run `node --import tsx/esm
 * deploy/complete-lock.ts`. npm leaves out the binaries for other platforms where its registry does
 * not serve them, and `npm ci` then rejects the lock file on every machine. Each optional
 * dependency of exact version gets its entry, without a checksum, since its bytes are not
 * available.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface Entry {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly cpu?: readonly string[]
  readonly os?: readonly string[]
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface Lock {
  readonly packages: Readonly<Record<string, Entry>>
}

/** The entries that a lock file lacks, by path. */
export function missingEntries({ packages }: Lock): Readonly<Record<string, Entry>> {
  const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(
        ([name, version]) =>
          /^\d+\.\d+\.\d+[\w.-]*$/.test(version) && !isFound(packages, path, name),
      )
      .map(([name, version]) => ({ name, version, dev })),
  )
  return Object.fromEntries(
    wanted.map(({ name, version, dev }) => {
      const cpu = /arm64|x64|ia32|arm|ppc64|s390x|riscv64|loong64|wasm32/.exec(name)?.[0]
      const os = /darwin|linux|win32|freebsd|android|openharmony/.exec(name)?.[0]
      return [
        `node_modules/${name}`,
        {
          version,
          ...(cpu === undefined ? {} : { cpu: [cpu] }),
          ...(dev === true ? { dev } : {}),
          optional: true,
          ...(os === undefined ? {} : { os: [os] }),
        },
      ]
    }),
  )
}

/** Where Node would look for it, from the package's own folder upwards. */
function isFound(packages: Lock['packages'], from: string, name: string): boolean {
  for (
    let base = from;
    ;
    base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/') - 1))
  ) {
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`] !== undefined) return true
    if (base === '') return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = fileURLToPath(new URL('../package-lock.json', import.meta.url))
  const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock
  const entries = Object.entries({ ...lock.packages, ...missingEntries(lock) }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  writeFileSync(
    path,
    `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, null, 2)}\n`,
  )
}
