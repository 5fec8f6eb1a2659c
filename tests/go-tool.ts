/** Go programs that tests run, built once into Errata's cache from the Go module proxy. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readConfig } from '../config.ts'
import { cacheOf } from '../deploy/stack/home.ts'

export interface GoTool {
  readonly module: string
  readonly version: string
}

/** Where the program is, or would be. */
export function goToolPath({ module, version }: GoTool): string {
  const name = basename(module)
  return join(cacheOf(readConfig(process.env)), name, version, name)
}

/** Builds it unless it is there; its path. Throws where Go or the module can't be had. */
export function goTool(tool: GoTool): string {
  const binary = goToolPath(tool)
  if (existsSync(binary)) return binary
  const GOBIN = join(binary, '..')
  mkdirSync(GOBIN, { recursive: true })
  const { status } = spawnSync('go', ['install', `${tool.module}@${tool.version}`], {
    env: { ...process.env, GOBIN },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) throw new Error(`${tool.module} could not be built: is Go installed?`)
  return binary
}
