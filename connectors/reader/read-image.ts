/**
 * One page by OCR, within the document's budget: by the engine of the lane, and by Tesseract in its
 * own language where PP-OCR lacks its script.
 */

import { turned } from '../../processors/document/page-rotation.ts'
import type { Word } from '../../processors/document/words.ts'
import type { Page } from '../../schemas/types.ts'
import type { Prepared } from '../images/images.ts'
import type { Skew } from '../images/skew.ts'
import type { OcrEngine } from '../tesseract/tesseract.ts'
import type { Budget } from './budget.ts'
import type { ReadPage, ReaderRequest } from './child.ts'
import { readUpright, type PageImages } from './deskew.ts'
import { mostUnread, readInItsScript, type ScriptSettings } from './scripts.ts'

/** A child, the engine of its lane, and the remaining time of the document. */
export interface Desk {
  readonly ask: <T>(ask: ReaderRequest) => Promise<T>
  readonly engine: () => Promise<OcrEngine>
  readonly scripts: ScriptSettings
  readonly budget: Budget
}

export interface ReadImage extends Pick<Page, 'width' | 'height' | 'turn' | 'unread'> {
  readonly words: Word[]
  readonly by: string // engine
}

/** Words by OCR, and the size of their page. */
export async function readImage(
  { ask, engine: engineOf, scripts, budget }: Desk,
  page: ReadPage,
  image: Prepared,
  number: number,
): Promise<ReadImage> {
  const engine = await engineOf()
  const inTime = (one: OcrEngine): OcrEngine => ({
    ...one,
    read: (picture) => budget.spend((leftMs) => one.read({ ...picture, deadlineMs: leftMs })),
  })
  const images: PageImages = {
    turnedBy: (turn) => ask<Prepared>({ kind: 'image', number, turn }),
    lean: () => ask<Skew>({ kind: 'lean', number }),
  }
  const first = {
    ...(await readUpright(inTime(engine), image, images)),
    engine: `${engine.name}-${engine.version}`,
  }
  const foreign =
    engine.name === 'ppocr' && first.unread >= mostUnread
      ? await readInItsScript(scripts, image, images, inTime)
      : null
  const found = foreign !== null && foreign.unread < first.unread ? foreign : first
  const { width, height, degrees } = turned(page, found.turn)
  const size =
    degrees === 0
      ? { width, height }
      : { width: round(width), height: round(height), turn: round(degrees) }
  const unread = round(found.unread)
  return {
    ...size,
    ...(unread === 0 ? {} : { unread }),
    words: toPage(found.words, found.image.scale),
    by: found.engine,
  }
}

const round = (value: number): number => Number(value.toFixed(2))

/** Boxes from tenths of the image's pixels to tenths of the page's unit. */
function toPage(words: readonly Word[], scale: number): Word[] {
  return words.map((word) => ({
    ...word,
    box: word.box.map((tenth) => Math.round(tenth / scale)) as unknown as Word['box'],
  }))
}
