/** What lies in ERRATA_HOME is its owner's alone, also where it was not. */

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlobs } from '../../../connectors/blobs/blobs.ts'
import { openTaskStore } from '../../../connectors/http/review/review.ts'
import { secretIn } from '../../../connectors/files/secret-file.ts'
import { writeInstance } from '../../../deploy/instance/instance.ts'
import { openLogFile } from '../../../deploy/instance/log-file.ts'
import { openPrivateHome } from '../../../deploy/stack/private-home.ts'

const umask = process.umask()
const folder = mkdtempSync(join(tmpdir(), 'errata-home-'))
const said: string[] = []
const say = (line: string): void => void said.push(line)
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
beforeEach(() => said.splice(0))
afterEach(() => process.umask(umask))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function openToOthers(path: string): string[] {
  const { mode } = lstatSync(path)
  const inside = (mode & 0o170000) === 0o040000 ? readdirSync(path) : []
  const wide = inside.flatMap((name) => openToOthers(join(path, name)))
  return (mode & 0o077) === 0 || (mode & 0o170000) === 0o120000 ? wide : [path, ...wide]
}

test('a new home and everything that is made in it is for its owner only, and nothing is said', async () => {
  process.umask(0o022)
  const home = join(folder, 'new')
  openPrivateHome(home, say)
  await openBlobs(join(home, 'blobs')).put(Buffer.from('a document'))
  openTaskStore(join(home, 'review')).close()
  const log = openLogFile(join(home, 'logs', 'web.log'))
  log.write('a line')
  log.close()
  secretIn(join(home, 'analytics.read-token'))
  writeInstance(home, { pid: 1 } as never)
  // What children make, as the broker does
  execFileSync('sh', ['-c', `mkdir -p '${home}/kafka/data' && echo x > '${home}/kafka/data/0.log'`])
  expect([modeOf(home), openToOthers(home), said]).toEqual(['700', [], []])
  expect(modeOf(join(home, 'run.json'))).toBe('600')
})

test('one that was open is narrowed with what Errata made in it, once, and that is said', () => {
  process.umask(0o022)
  const home = join(folder, 'old')
  const elsewhere = join(folder, 'elsewhere')
  for (const name of ['blobs/ab/cd', 'kafka/data', 'kafka-container', 'own'])
    mkdirSync(join(home, name), { recursive: true })
  for (const name of ['blobs/ab/cd/x', 'run.json', 'analytics.read-token', 'own/notes'])
    writeFileSync(join(home, name), 'x')
  writeFileSync(elsewhere, 'x')
  chmodSync(join(home, 'kafka/data'), 0o755)
  symlinkSync(elsewhere, join(home, 'blobs/link'))
  openPrivateHome(home, say)
  expect(modeOf(home)).toBe('700')
  expect(openToOthers(home).map((path) => path.slice(home.length + 1))).toEqual([
    'kafka-container',
    'own',
    'own/notes',
  ])
  expect(modeOf(elsewhere)).toBe('644')
  expect(said).toEqual([
    `${home} was open to other users of this machine; it is closed to them, and 8 files and folders in it as well`,
  ])
  openPrivateHome(home, say)
  expect(said).toHaveLength(1)
})

test('a folder that everybody writes to stays as it is, and that is said', () => {
  const home = join(folder, 'shared')
  mkdirSync(home)
  chmodSync(home, 0o1777)
  openPrivateHome(home, say)
  expect([modeOf(home), said.join()]).toEqual([
    '777',
    expect.stringContaining('ERRATA_HOME should be one of its own'),
  ])
})
