/**
 * Makes dist/lib, which is what the package ships: `npm run package` packs it, and containers copy
 * it. The tree is that of the sources, so that a file finds what lies beside it in both: modules as
 * JavaScript, every other file as it is. The pages are bundled, types are those of index.ts, and
 * the version of the trainer's code is that of the sources.
 */

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleFiles } from '../../connectors/http/review/bundle.ts'
import { codeVersion, packagedVersion } from '../../trainer/code-version.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const library = join(root, 'dist', 'lib')
/** Folders of the sources whose other files are read while the program runs. */
const rooms = ['cli', 'connectors', 'deploy', 'processors', 'schemas', 'trainer']
const isSource = (path: string): boolean => ['.ts', '.tsx', '.mjs'].includes(extname(path))
/** Earlier schemas, with which only a checkout compares its own; and what builds and deploys. */
const leftOut = ['schemas/history/', 'deploy/package/', 'deploy/airflow/', 'deploy/observe/']

async function build(): Promise<void> {
  rmSync(library, { recursive: true, force: true })
  compile('tsconfig.json')
  compile('tsconfig.types.json')
  copyAssets()
  await bundlePages()
  cpSync(join(root, 'package.json'), join(library, 'package.json'))
  writeFileSync(join(library, packagedVersion), codeVersion())
}

function compile(project: string): void {
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  )
  const path = fileURLToPath(new URL(project, import.meta.url))
  execFileSync(process.execPath, [compiler, '--project', path], { stdio: 'inherit' })
}

function copyAssets(): void {
  for (const room of rooms) {
    const files = readdirSync(join(root, room), { recursive: true, withFileTypes: true })
    for (const file of files) {
      const path = join(file.parentPath, file.name).slice(root.length)
      if (!file.isFile() || isSource(path)) continue
      if (leftOut.some((folder) => path.startsWith(folder))) continue
      cpSync(join(root, path), join(library, path))
    }
  }
}

async function bundlePages(): Promise<void> {
  const folder = join(library, 'web', 'assets')
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of await bundleFiles()) writeFileSync(join(folder, name), bytes)
}

void build()
