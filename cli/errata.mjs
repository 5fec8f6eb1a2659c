#!/usr/bin/env node
/**
 * The way in. Plain JavaScript without dependencies, so that it runs on a fresh checkout: it checks
 * Node, installs what package-lock.json asks for where node_modules is missing or differs from it,
 * then runs cli/cli.ts in this process. In the package, where npm has installed everything, it runs
 * what was compiled of it.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const leastNode = [20, 19]

function nodeIsOldEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])
}

/**
 * Whether what is installed is what the lock file names. npm writes its record last, so half an
 * installation has none.
 */
function isInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages
  const installed = packagesOf(record)
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, { version, optional, dev, link }]) =>
      path === '' ||
      link ||
      installed[path]?.version === version ||
      (installed[path] === undefined && (optional || dev)),
  )
}

function install() {
  const count = Object.keys(
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages,
  ).length
  process.stderr.write(`errata: installing ${count} packages with npm ci, once\n`)
  const startedAt = Date.now()
  const npm = (...words) =>
    // Windows knows npm as a script, which needs a shell. stdout is for data.
    spawnSync('npm', [...words, '--no-audit', '--no-fund', '--loglevel=warn'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    })
  let { status, error } = npm('ci')
  if (error === undefined && status !== 0) {
    // A registry that lacks the binaries of some platform makes `ci` refuse; `install` takes the
    // same versions without them.
    process.stderr.write('errata: npm ci was refused; trying npm install with the same versions\n')
    ;({ status, error } = npm('install', '--no-save'))
  }
  if (error !== undefined || status !== 0) {
    process.stderr.write(
      `errata: the packages could not be installed${error === undefined ? '' : `: ${error.message}`}. Mend what it says above, then run this again.\n`,
    )
    process.exit(1)
  }
  process.stderr.write(`errata: installed in ${Math.round((Date.now() - startedAt) / 1000)} s\n`)
}

async function loadSources() {
  if (!isInstalled()) install()
  // For modules alone, here and as `--import tsx/esm`: for packages of the older kind tsx would
  // start a parser whose memory grows; see processors/model/feature-scores.ts for what that costs
  const { register } = await import('tsx/esm/api')
  register()
}

if (!nodeIsOldEnough()) {
  process.stderr.write(
    `errata: Node ${leastNode.join('.')} or later is needed; this is ${process.versions.node}. See https://nodejs.org/\n`,
  )
  process.exit(1)
}
const sources = join(root, 'cli', 'cli.ts')
const isCheckout = existsSync(sources)
if (isCheckout) await loadSources()
const program = isCheckout ? sources : join(root, 'dist', 'lib', 'cli', 'cli.js')
const { main } = await import(pathToFileURL(program).href)
process.exitCode = await main(process.argv.slice(2), process.env)
