/**
 * Licences of everything that is installed to run Errata, as package-lock.json states them, against
 * a list of what we may ship. Needs no network. Packages of other platforms count too.
 */

import { readFileSync } from 'node:fs'

const allowed = new Set([
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC'],
  ...['MIT', 'MIT-0', 'Python-2.0', 'Unlicense', 'Zlib'],
])

interface Exception {
  readonly name: RegExp
  readonly licence: string | null
  readonly why: string
}

const exceptions: readonly Exception[] = [
  {
    name: /^@kafkajs\/confluent-schema-registry$/,
    licence: null,
    why: 'MIT, as its LICENSE file says',
  },
  {
    name: /^@img\/sharp-/,
    licence: 'LGPL-3.0-or-later',
    why: 'libvips is a library of its own beside sharp, loaded when it runs, and can be replaced',
  },
  {
    name: /^@chdb\/lib-/,
    licence: null,
    why: 'the same library as @chdb/lib-linux-x64-gnu, Apache-2.0, built for other platforms',
  },
]

export interface LockedPackage {
  readonly license?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
}

/** What may not be shipped, as `path: licence`. `packages`: as in package-lock.json. */
export function refusedLicences(packages: Readonly<Record<string, LockedPackage>>): string[] {
  return Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .filter(
      ([path, { license = null }]) => !mayShip(path.replace(/^.*node_modules\//, ''), license),
    )
    .map(([path, { license }]) => `${path}: ${license ?? 'none stated'}`)
}

export function lockedPackages(): Readonly<Record<string, LockedPackage>> {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>
  }
  return lock.packages
}

/** Of an expression every part of an AND, and one of an OR; nested ones are refused. */
function mayShip(name: string, expression: string | null): boolean {
  const isFine = (licence: string | null): boolean =>
    (licence !== null && allowed.has(licence)) ||
    exceptions.some((one) => one.licence === licence && one.name.test(name))
  if (expression === null) return isFine(null)
  const parts = expression.replace(/^\((.*)\)$/, '$1')
  if (/ or /i.test(parts)) return !/ and /i.test(parts) && parts.split(/ or /i).some(isFine)
  return parts.split(/ and /i).every(isFine)
}
