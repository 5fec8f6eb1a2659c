/**
 * A script of this program, for a process of its own. In a checkout it is TypeScript, which tsx
 * loads; in the package that `npm run package` makes it is JavaScript under the same path.
 */

import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

export interface OwnScript {
  readonly path: string
  /** Options of Node, before the path. */
  readonly loader: readonly string[]
}

const isPackaged = !import.meta.url.endsWith('.ts')

/** `source` is relative to `from`, the URL of the module that asks, and ends with `.ts`. */
export function ownScript(source: string, from: string): OwnScript {
  const name = isPackaged ? source.replace(/\.ts$/, '.js') : source
  return { path: fileURLToPath(new URL(name, from)), loader: isPackaged ? [] : tsx() }
}

/** tsx is resolved from here: the working directory may be anywhere. */
function tsx(): string[] {
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href]
}
