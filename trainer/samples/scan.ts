/**
 * A sample as from a scanner or phone: the PDF rendered, rotated by up to a degree, blurred, with
 * noise and JPEG artefacts. The boxes of the words are rotated with the page, in pixels.
 */

import sharp from 'sharp'
import { openPdf } from '../../connectors/pdf/pdf.ts'
import type { SampleRandom } from './random.ts'
import type { SampleWordsFile } from './sample.ts'

const limits = { maxPages: 50, maxPixels: 40_000_000, maxObjects: 1_000_000 }

export interface Scan {
  readonly image: Buffer // JPEG quality
  readonly words: SampleWordsFile
}

/** The first page as a picture: a scan has one page. */
export async function scanOf(
  pdf: Buffer,
  words: SampleWordsFile,
  random: SampleRandom,
): Promise<Scan> {
  const page = words.pages[0]
  if (page === undefined) return { image: Buffer.alloc(0), words }
  const dpi = random.pick([130, 150, 150, 200])
  const opened = await openPdf(pdf, limits)
  const painted = (() => {
    try {
      return opened.paint(1, { dpi, gray: true })
    } finally {
      opened.close()
    }
  })()
  const angle = (random.next() * 2 - 1) * random.pick([0, 0.3, 0.6, 1]) // degrees, clockwise
  const paper = random.int(236, 255)
  const turned = await sharp(painted.data, {
    raw: { width: painted.width, height: painted.height, channels: painted.channels },
  })
    .toColourspace('b-w')
    .rotate(angle, { background: { r: 255, g: 255, b: 255 } })
    .blur(0.3 + random.next() * 0.7)
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = turned.info
  const gray = Buffer.alloc(width * height)
  const noise = random.pick([2, 5, 9])
  const ink = random.int(10, 60)
  for (let i = 0; i < gray.length; i++) {
    const level = turned.data[i * channels] ?? 255
    gray[i] = Math.max(
      0,
      Math.min(
        255,
        ink + (level * (paper - ink)) / 255 + (random.next() + random.next() - 1) * noise,
      ),
    )
  }
  const image = await sharp(gray, { raw: { width, height, channels: 1 } })
    .jpeg({ quality: random.int(55, 88) })
    .toBuffer()
  const scale = painted.width / page.width
  const turn = turnedBox((angle * Math.PI) / 180, painted.width, painted.height, width, height)
  return {
    image,
    words: {
      unit: 'px',
      level: 'word',
      pages: [
        {
          page: 1,
          width,
          height,
          words: page.words.map(({ t, b }) => ({
            t,
            b: turn([b[0] * scale, b[1] * scale, b[2] * scale, b[3] * scale]),
          })),
        },
      ],
    },
  }
}

type Box = readonly [number, number, number, number]

/** The position of a box after the picture was rotated about its centre into a larger one. */
function turnedBox(
  angle: number,
  width: number,
  height: number,
  newWidth: number,
  newHeight: number,
): (box: Box) => Box {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return ([x0, y0, x1, y1]) => {
    const [x, y] = [(x0 + x1) / 2 - width / 2, (y0 + y1) / 2 - height / 2]
    const [turnedX, turnedY] = [x * cos - y * sin + newWidth / 2, x * sin + y * cos + newHeight / 2]
    const [halfWidth, halfHeight] = [(x1 - x0) / 2, (y1 - y0) / 2]
    return [
      Math.round(turnedX - halfWidth),
      Math.round(turnedY - halfHeight),
      Math.round(turnedX + halfWidth),
      Math.round(turnedY + halfHeight),
    ]
  }
}
