/**
 * Gets every file of the local stack into the cache: the jars of Kafka and the archive of the
 * registry, as fixed to the byte by artifacts.lock.json.
 *
 * Where Maven is installed it does the fetching, since it knows the mirrors, proxies and
 * credentials of the machine; otherwise plain HTTPS from Maven Central or a mirror. Either way
 * nothing enters the cache before its size and SHA-256 are right, and it enters by rename: a file
 * that is there is whole.
 */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ErrataError } from '../../errors.ts'
import { openProgressBar, type ProgressBar } from './progress-bar.ts'
import locked from './artifacts.lock.json' with { type: 'json' }
import { adopt, download } from './download.ts'

export interface Artifact {
  readonly group: string
  readonly artifact: string
  readonly version: string
  readonly classifier: string // empty for none
  readonly type: string
  readonly bytes: number
  readonly sha256: string
}

export interface Artifacts {
  /** paths, in class path order */
  readonly kafka: readonly string[]
  /** the tar.gz */
  readonly registry: string
}

export const artifacts: readonly Artifact[] = locked
export const kafkaVersion = versionOf('kafka_2.13')
export const registryVersion = versionOf('apicurio-registry-app')

/** Fetches what is missing. STACK_UNAVAILABLE where it is not to be had. */
export async function fetchArtifacts(
  cache: string,
  repository: string,
  say: (line: string) => void,
): Promise<Artifacts> {
  const folder = join(cache, 'artifacts')
  mkdirSync(folder, { recursive: true })
  const absent = (): readonly Artifact[] =>
    artifacts.filter((artifact) => !isWhole(join(folder, fileOf(artifact)), artifact))
  if (absent().length > 0) {
    const mebibytes = Math.ceil(
      absent().reduce((sum, artifact) => sum + artifact.bytes, 0) / 2 ** 20,
    )
    say(
      `fetching Apache Kafka ${kafkaVersion} and Apicurio Registry ${registryVersion} once: ${absent().length} files, ${mebibytes} MiB, into ${folder}`,
    )
    await byMaven(absent(), folder, say)
    await byHttps(absent(), folder, repository)
  }
  const path = (artifact: Artifact): string => join(folder, fileOf(artifact))
  const registry = artifacts.find((artifact) => artifact.type === 'tar.gz') as Artifact
  return {
    kafka: artifacts.filter((artifact) => artifact.type === 'jar').map(path),
    registry: path(registry),
  }
}

export function fileOf({ artifact, version, classifier, type }: Artifact): string {
  return `${artifact}-${version}${classifier === '' ? '' : `-${classifier}`}.${type}`
}

/** Path below a repository in Maven's layout. */
export function repositoryPath(artifact: Artifact): string {
  return [...artifact.group.split('.'), artifact.artifact, artifact.version, fileOf(artifact)].join(
    '/',
  )
}

/** A failure is not an error: HTTPS is tried next. */
async function byMaven(
  wanted: readonly Artifact[],
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  const work = mkdtempSync(join(folder, 'maven-'))
  const bar = openProgressBar('Maven', wanted.length, 'files')
  try {
    writeFileSync(join(work, 'pom.xml'), pomOf(wanted))
    const seen = new Set<string>()
    const failure = await runMaven(work, (line) => {
      const file = /^Downloaded from .*\/([^/ ]+) \(/.exec(line)?.[1]
      if (file !== undefined && wanted.some((artifact) => fileOf(artifact) === file))
        bar.update(seen.add(file).size)
    })
    if (failure !== null) return say(`not with Maven (${failure}); trying HTTPS`)
    for (const artifact of wanted)
      await adopt(join(work, 'out', fileOf(artifact)), join(folder, fileOf(artifact)), artifact)
    bar.update(wanted.length)
  } finally {
    bar.stop()
    rmSync(work, { recursive: true, force: true })
  }
}

/** Null or why it failed. Silence of two minutes ends it. */
function runMaven(work: string, onLine: (line: string) => void): Promise<string | null> {
  const goal = [
    '-B',
    '-f',
    join(work, 'pom.xml'),
    'dependency:copy-dependencies',
    `-DoutputDirectory=${join(work, 'out')}`,
  ]
  return new Promise((resolve) => {
    const child = spawn('mvn', goal, { stdio: ['ignore', 'pipe', 'ignore'] })
    const impatience = setTimeout(() => child.kill('SIGKILL'), 120_000)
    child.once('error', () => {
      clearTimeout(impatience)
      resolve('it is not installed')
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      impatience.refresh()
      for (const line of text.split('\n')) onLine(line.replace(/^\[INFO\] /, ''))
    })
    child.once('close', (code, signal) => {
      clearTimeout(impatience)
      resolve(code === 0 ? null : `it ended with ${signal ?? code}`)
    })
  })
}

/** Exactly the wanted files: no transitive dependencies. */
function pomOf(wanted: readonly Artifact[]): string {
  const dependencies = wanted.map(
    ({ group, artifact, version, type, classifier }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version><type>${type}</type>` +
      `${classifier === '' ? '' : `<classifier>${classifier}</classifier>`}` +
      '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>',
  )
  return (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>errata</groupId><artifactId>stack</artifactId>' +
    `<version>1</version><packaging>pom</packaging><dependencies>${dependencies.join('')}</dependencies></project>`
  )
}

async function byHttps(
  wanted: readonly Artifact[],
  folder: string,
  repository: string,
): Promise<void> {
  if (wanted.length === 0) return
  const total = wanted.reduce((sum, artifact) => sum + artifact.bytes, 0)
  const bar: ProgressBar = openProgressBar('download', Math.ceil(total / 2 ** 20), 'MiB')
  let done = 0
  try {
    for (const artifact of wanted) {
      const url = `${repository.replace(/\/$/, '')}/${repositoryPath(artifact)}`
      await download(url, join(folder, fileOf(artifact)), artifact, (bytes) =>
        bar.update(Math.floor((done + bytes) / 2 ** 20)),
      )
      done += artifact.bytes
    }
  } catch (error) {
    const hint = 'Install Maven (it knows your mirror and proxy) or set ERRATA_MAVEN_URL'
    throw new ErrataError(
      'STACK_UNAVAILABLE',
      `the local stack could not be fetched from ${repository}. ${hint}`,
      {},
      error,
    )
  } finally {
    bar.stop()
  }
}

function isWhole(path: string, { bytes }: Artifact): boolean {
  return existsSync(path) && statSync(path).size === bytes
}

function versionOf(name: string): string {
  return (
    (locked as readonly Artifact[]).find(({ artifact }) => artifact === name)?.version ?? 'unknown'
  )
}
