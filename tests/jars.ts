/** Java programs that tests run, from Maven Central or its mirror into Errata's cache. */

import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { readConfig } from '../config.ts'
import { fileOf, repositoryPath, type Artifact } from '../deploy/stack/artifacts.ts'
import { download } from '../deploy/stack/download.ts'
import { findJava } from '../deploy/stack/java.ts'
import { mavenRepository } from '../deploy/stack/mirror.ts'
import { cacheOf } from '../deploy/stack/home.ts'

/** The command of Java with these jars on its class path. Rejects where they can't be had. */
export async function javaWith(
  wanted: readonly Artifact[],
): Promise<readonly [command: string, ...words: string[]]> {
  const config = readConfig(process.env)
  const cache = cacheOf(config)
  const { java } = await findJava(config.javaHome, cache, () => {})
  if (java === null) throw new Error('there is no Java')
  const folder = join(cache, 'jars')
  mkdirSync(folder, { recursive: true })
  for (const artifact of wanted) {
    const url = `${mavenRepository(config.mavenUrl).replace(/\/$/, '')}/${repositoryPath(artifact)}`
    const path = join(folder, fileOf(artifact))
    if (!existsSync(path)) await download(url, path, artifact)
  }
  const paths = wanted.map((artifact) => join(folder, fileOf(artifact)))
  return [java.path, '-cp', paths.join(delimiter)]
}
