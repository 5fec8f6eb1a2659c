/**
 * A real disk that is really full: a tmpfs of a few hundred kilobytes. Mounting needs root on
 * Linux; elsewhere these tests are reported as skipped, by name.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
  closeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlobs } from '../../../connectors/blobs/blobs.ts'
import { openTaskStore } from '../../../connectors/http/review/review.ts'
import { openLogFile } from '../../../deploy/instance/log-file.ts'
import { writeWhole } from '../../../connectors/files/atomic-file.ts'
import { openScratch } from '../../../connectors/files/scratch-file.ts'
import type { Task } from '../../../schemas/types.ts'

const place = mkdtempSync(join(tmpdir(), 'errata-full-'))
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', place]).status === 0
const onTmpfs = canMount ? describe : describe.skip
if (!canMount)
  process.stderr.write(
    'a tmpfs can not be mounted here (root on Linux can): the tests of a full disk are skipped\n',
  )

const filler = join(place, 'filler')
function fill(): void {
  const file = openSync(filler, 'a')
  try {
    for (let bytes = 4_096; bytes >= 1;) {
      try {
        writeSync(file, Buffer.alloc(bytes, 1))
      } catch {
        bytes = Math.floor(bytes / 2)
      }
    }
  } finally {
    closeSync(file)
  }
}
const free = (): void => rmSync(filler, { force: true })

afterEach(free)
afterAll(() => {
  if (canMount) execFileSync('umount', ['-l', place]) // also where a failed test left a file open
  rmSync(place, { recursive: true, force: true })
})

onTmpfs('a full disk', () => {
  test('does not stop whoever writes a log, and the log says what it lacks', () => {
    const path = join(place, 'logs', 'x.log')
    const log = openLogFile(path)
    log.write('before')
    fill()
    const many = 'x'.repeat(1_000)
    for (let line = 0; line < 20; line++) log.write(many) // what is left of the page is written
    free()
    log.write('after')
    const text = readFileSync(path, 'utf8')
    const lost = Number(/(\d+) lines were lost here/.exec(text)?.[1])
    expect(text.split('\n').filter((line) => line === many)).toHaveLength(20 - lost)
    expect(lost).toBeGreaterThan(10)
    expect(text.trim().split('\n').at(-1)).toBe('after')
    log.close()
  })

  test('does not hinder a log from being opened or turned over', () => {
    fill()
    const log = openLogFile(join(place, 'new', 'y.log'), 10)
    expect(() => {
      for (const line of ['a'.repeat(20), 'b', 'c']) log.write(line)
    }).not.toThrow()
    free()
    log.write('d')
    expect(readFileSync(join(place, 'new', 'y.log'), 'utf8')).toContain('d\n')
    log.close()
  })

  test('leaves a file that others read as it was, and nothing beside it', () => {
    mkdirSync(join(place, 'whole'))
    const path = join(place, 'whole', 'run.json')
    writeWhole(path, 'first')
    fill()
    expect(() => writeWhole(path, 'x'.repeat(100_000))).toThrow(
      expect.objectContaining({ code: 'DISK_FULL' }) as Error,
    )
    expect([readFileSync(path, 'utf8'), readdirSync(join(place, 'whole'))]).toEqual([
      'first',
      ['run.json'],
    ])
    free()
    writeWhole(path, 'second')
    expect(readFileSync(path, 'utf8')).toBe('second')
  })

  test('refuses a document with a code and takes it later', async () => {
    const blobs = openBlobs(join(place, 'blobs'))
    fill()
    await expect(blobs.put(Buffer.alloc(50_000, 7))).rejects.toMatchObject({ code: 'DISK_FULL' })
    free()
    expect(await blobs.has(await blobs.put(Buffer.alloc(50_000, 7)))).toBe(true)
  })

  test('ends a training with a code, and nothing of it is left', () => {
    const folder = join(place, 'scratch')
    const file = openScratch(folder)
    fill()
    expect(() => file.append(Buffer.alloc(2_000_000, 7))).toThrow(
      expect.objectContaining({ code: 'DISK_FULL' }) as Error,
    )
    file.close()
    expect(readdirSync(folder)).toEqual([])
  })

  test('has a record of the review store come again, and then it is there whole', async () => {
    const store = openTaskStore(join(place, 'review'))
    const noise = Array.from({ length: 20_000 }, (_, index) =>
      String.fromCharCode(33 + ((index * index * 31 + index * 7919) % 90)),
    ).join('')
    const task = {
      documentId: 'a',
      tenant: 'default',
      profile: 'invoice',
      vendor: { id: 'v', name: null },
      fields: [],
      lineItems: [],
      reasons: [],
      checks: [],
      model: null,
      pages: [],
      words: [],
      text: noise,
    } as unknown as Task
    fill()
    const add = (): void => store.addTask('a', task, { partition: 0, offset: 1n })
    expect(add).toThrow(expect.objectContaining({ code: 'DISK_FULL' }) as Error)
    expect(add).toThrow(expect.objectContaining({ code: 'DISK_FULL' }) as Error)
    free()
    add()
    expect((await store.get('a'))?.task).toEqual(task)
    store.close()
  })
})
