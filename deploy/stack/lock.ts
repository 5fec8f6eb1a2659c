/**
 * Resolves pom.xml into artifacts.lock.json: every file of the local stack with its size and
 * SHA-256. Run by hand after a change of pom.xml, with Maven installed: `node --import tsx/esm
 * deploy/stack/lock.ts`. What a user's machine fetches is then fixed to the byte, whichever mirror
 * it comes from.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Artifact } from './artifacts.ts'

const pom = fileURLToPath(new URL('pom.xml', import.meta.url))
const output = mkdtempSync(join(tmpdir(), 'errata-lock-'))
try {
  const goal = [
    '-q',
    '-B',
    '-f',
    pom,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${output}`,
    '-DincludeScope=runtime',
  ]
  const layout = '-Dmdep.useRepositoryLayout=true' // keeps the group in the path
  const { status } = spawnSync('mvn', [...goal, layout], { stdio: 'inherit' })
  if (status !== 0) throw new Error('Maven could not resolve pom.xml')
  const artifacts = readdirSync(output, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(jar|tar\.gz)$/.test(path))
    .sort()
    .map((path) => describe(path))
  writeFileSync(
    fileURLToPath(new URL('artifacts.lock.json', import.meta.url)),
    `${JSON.stringify(artifacts, null, 2)}\n`,
  )
} finally {
  rmSync(output, { recursive: true })
}

/** From group/as/folders/artifact/version/artifact-version[-classifier].type */
function describe(path: string): Artifact {
  const parts = relative('.', path).split(sep)
  const [artifact = '', version = '', file = ''] = parts.slice(-3)
  const rest = file.slice(`${artifact}-${version}`.length) // `.jar` or `-all.tar.gz`
  const [, classifier = '', type = ''] = /^(?:-([^.]+))?\.(.+)$/.exec(rest) ?? []
  const bytes = statSync(join(output, path)).size
  const sha256 = createHash('sha256')
    .update(readFileSync(join(output, path)))
    .digest('hex')
  return { group: parts.slice(0, -3).join('.'), artifact, version, classifier, type, bytes, sha256 }
}
