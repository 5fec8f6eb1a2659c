/** Images: measured before they are decoded, upright, and made anew for OCR and for people. */

import sharp, { type Sharp } from 'sharp'
import {
  encodeForOcr,
  pagesOf,
  prepareForOcr,
  renderImage,
} from '../../../connectors/images/images.ts'
import { codeOf } from '../../../errors.ts'
import { pngBomb } from '../../papers.ts'

const limits = { maxPages: 3, maxPixels: 4_000_000 }
const plain = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#fff' } })
const code = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', codeOf)

/** A TIFF of as many pages, by hand: one byte of grey each. */
function tiffOf(pages: number): Buffer {
  const parts: Buffer[] = [Buffer.from('49492a0008000000', 'hex')]
  for (let i = 0; i < pages; i++) {
    const at = 8 + i * (2 + 9 * 12 + 4 + 4)
    const entries: readonly (readonly [number, number])[] = [
      [256, 2],
      [257, 2],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, at + 2 + 9 * 12 + 4],
      [277, 1],
      [278, 2],
      [279, 4],
    ]
    const block = Buffer.alloc(2 + 9 * 12 + 4 + 4, 255)
    block.writeUInt16LE(entries.length, 0)
    entries.forEach(([tag, value], k) => {
      block.writeUInt16LE(tag, 2 + 12 * k)
      block.writeUInt16LE(4, 4 + 12 * k)
      block.writeUInt32LE(1, 6 + 12 * k)
      block.writeUInt32LE(value, 10 + 12 * k)
    })
    block.writeUInt32LE(i + 1 < pages ? at + block.length : 0, 2 + 9 * 12)
    parts.push(block)
  }
  return Buffer.concat(parts)
}

test('a PNG that would unfold to gigabytes is refused by its header', async () => {
  const bomb = pngBomb(30_000, 30_000)
  expect(bomb.length).toBeLessThan(10_000)
  expect(await code(pagesOf(bomb, limits))).toBe('DOCUMENT_TOO_MANY_PIXELS')
  expect(await code(renderImage(bomb, 1, 800, limits))).toBe('DOCUMENT_TOO_MANY_PIXELS')
})

test.each<[string, () => Promise<Buffer>]>([
  [
    'a JPEG cut in the middle',
    async () => {
      const noise = await sharp({
        create: {
          width: 400,
          height: 400,
          channels: 3,
          background: '#888',
          noise: { type: 'gaussian', mean: 128, sigma: 60 },
        },
      })
        .jpeg()
        .toBuffer()
      return noise.subarray(0, noise.length / 2)
    },
  ],
  ['a PNG without data', async () => Buffer.from('89504e470d0a1a0a0000', 'hex')],
  [
    'a TIFF whose strips lie outside the file',
    async () => {
      const tiff = tiffOf(1)
      tiff.writeUInt32LE(0x7ffffff0, 2 + 8 + 12 * 5 + 8)
      return tiff
    },
  ],
])('%s is DOCUMENT_CORRUPT', async (_, make) => {
  const bytes = await make()
  expect(
    await code(pagesOf(bytes, limits).then(([page]) => prepareForOcr(bytes, 1, page!, limits))),
  ).toBe('DOCUMENT_CORRUPT')
})

test('a photo taken with the camera on its side is read upright', async () => {
  const bytes = await plain(300, 100).jpeg().withMetadata({ orientation: 6 }).toBuffer()
  const [page] = await pagesOf(bytes, limits)
  expect(page).toEqual({ width: 100, height: 300 })
  const prepared = await prepareForOcr(bytes, 1, page!, limits)
  expect([prepared.width, prepared.height, prepared.scale]).toEqual([100, 300, 1])
})

test('each page of a TIFF is a page, up to the limit', async () => {
  expect(await pagesOf(tiffOf(3), limits)).toHaveLength(3)
  expect(await code(pagesOf(tiffOf(4), limits))).toBe('DOCUMENT_TOO_MANY_PAGES')
})

test('large images are halved for OCR, and say so', async () => {
  const bytes = await plain(800, 4000).png().toBuffer()
  const prepared = await prepareForOcr(bytes, 1, { width: 800, height: 4000 }, limits)
  expect([prepared.width, prepared.height, prepared.scale]).toEqual([400, 2000, 0.5])
})

test.each<[string, (image: Sharp) => Sharp]>([
  ['CMYK', (image) => image.toColourspace('cmyk').jpeg()],
  ['16 bits', (image) => image.toColourspace('rgb16').png()],
  ['transparent', (image) => image.ensureAlpha(0).png()],
  ['black and white', (image) => image.toColourspace('b-w').png({ palette: true, colours: 2 })],
])('%s becomes grey with white paper', async (_, encode) => {
  const bytes = await encode(plain(60, 40)).toBuffer()
  const { png } = await prepareForOcr(bytes, 1, { width: 60, height: 40 }, limits)
  expect(await sharp(png).metadata()).toMatchObject({ channels: 1, space: 'b-w' })
  expect((await sharp(png).raw().toBuffer())[0]).toBeGreaterThan(245)
})

test('the image for people is WebP, no wider than asked, and without the metadata of the sender', async () => {
  const bytes = await plain(900, 300)
    .jpeg()
    .withExif({ IFD0: { Copyright: 'canary' } })
    .toBuffer()
  expect(bytes.includes('canary')).toBe(true)
  const shown = await renderImage(bytes, 1, 300, limits)
  expect(await sharp(shown).metadata()).toMatchObject({ format: 'webp', width: 300, height: 100 })
  expect(shown.includes('canary')).toBe(false)
})

test('painted pixels become a grey PNG of the same size', async () => {
  const { png, scale } = await encodeForOcr(
    { data: Buffer.alloc(12, 200), width: 4, height: 3, channels: 1 },
    2.5,
  )
  expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 4, height: 3 })
  expect(scale).toBe(2.5)
})

test('a page that is taller than its format allows is shown smaller, whole', async () => {
  const shown = await renderImage(await plain(100, 20_000).png().toBuffer(), 1, 100, limits)
  expect(await sharp(shown).metadata()).toMatchObject({ format: 'webp', width: 82, height: 16_383 })
})
