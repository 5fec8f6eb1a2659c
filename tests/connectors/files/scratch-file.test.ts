/** A scratch file gives back what was written, and leaves nothing behind. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openScratch } from '../../../connectors/files/scratch-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-scratch-'))
afterAll(() => rmSync(folder, { recursive: true }))

const piece = (length: number, of: number): Uint8Array => new Uint8Array(length).fill(of)

test('what was appended is read anywhere, written or still in memory', () => {
  const file = openScratch(folder)
  const lengths = [3, 0, 700_000, 400_000, 3_000_000, 5]
  const places = lengths.map((length, k) => file.append(piece(length, k + 1)))
  expect(file.size()).toBe(lengths.reduce((sum, length) => sum + length))
  lengths.forEach((length, k) => {
    const found = new Uint8Array(length)
    file.read(found, places[k] as number)
    expect(found.every((byte) => byte === k + 1)).toBe(true)
  })
  file.replace(piece(2, 9), places[3] as number)
  const around = new Uint8Array(4)
  file.read(around, (places[3] as number) - 1)
  expect([...around]).toEqual([3, 9, 9, 4])
  expect(() => file.read(new Uint8Array(1), file.size())).toThrow(RangeError)
  file.close()
})

test('it has no name, so that its space is free again however the process ends', () => {
  const file = openScratch(folder)
  file.append(piece(2_000_000, 1))
  expect(readdirSync(folder)).toEqual([])
  file.close()
})

test('a folder that can’t be there is an error of the system', () => {
  const path = join(folder, 'file')
  writeFileSync(path, '')
  expect(() => openScratch(path)).toThrow(/EEXIST|ENOTDIR/)
})
