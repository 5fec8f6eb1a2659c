/** Members of zip archives that Python writes, since wheels are such archives. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipMember } from '../../../connectors/files/zip-member.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-zip-'))
afterAll(() => rmSync(folder, { recursive: true }))

const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    archive.writestr('a/stored.txt', 'as it is')
    archive.writestr('a/deflated.txt', 'again and ' * 1000, zipfile.ZIP_DEFLATED)
    archive.comment = b'a comment at the end'
`
const path = join(folder, 'made.zip')
const made = spawnSync('python3', ['-c', script, path]).status === 0
const withPython = made ? test : test.skip

withPython('a stored and a deflated member are found, and one that is not there is null', () => {
  const archive = readFileSync(path)
  expect(zipMember(archive, 'a/stored.txt', 100)?.toString()).toBe('as it is')
  expect(zipMember(archive, 'a/deflated.txt', 10_000)?.toString()).toBe('again and '.repeat(1000))
  expect(zipMember(archive, 'a/other.txt', 100)).toBeNull()
})

withPython('a member never unfolds to more than allowed', () => {
  expect(zipMember(readFileSync(path), 'a/deflated.txt', 9_999)).toBeNull()
})

withPython(
  'an archive that is cut or damaged anywhere gives null or the member, never an error',
  () => {
    const archive = readFileSync(path)
    for (let length = 0; length < archive.length; length++)
      expect(() => zipMember(archive.subarray(0, length), 'a/deflated.txt', 10_000)).not.toThrow()
    for (let at = 0; at < archive.length; at++) {
      const damaged = Buffer.from(archive)
      damaged[at] = 0xff
      expect(() => zipMember(damaged, 'a/deflated.txt', 10_000)).not.toThrow()
    }
  },
)
