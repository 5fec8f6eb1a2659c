/**
 * The process that runs PP-OCR. It gets PNG encoded by this program and keeps the two models, but
 * nothing of a page once it is read; its parent kills it when it takes too long or too much memory.
 * One thread for each network: pages are read in parallel, not parts of a page.
 *
 * Run by ppocr.ts, with the folder of the models as its argument and an advanced IPC channel.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { confineImages } from '../images/images.ts'
import { InferenceSession, Tensor, type SessionOptions } from '../onnx-runtime.ts'
import type { OcrRead } from '../tesseract/tesseract.ts'
import { classesOf } from './ctc.ts'
import { modelFiles } from './models.ts'
import { readPage } from './page.ts'
import type { Networks, Picture } from './recognise.ts'

export interface PageAsked {
  readonly bytes: Uint8Array // PNG
  readonly width: number
  readonly height: number
}

/** `ready` is sent once, without a request. `read` is null where the image can't be decoded. */
export type PageAnswered = { readonly ready: true } | { readonly read: OcrRead | null }

const options: SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 4,
  enableCpuMemArena: false, // it would keep the most memory that any page needed
}

async function start(folder: string): Promise<(asked: PageAsked) => Promise<OcrRead | null>> {
  const [detector, recogniser, characters] = await Promise.all([
    InferenceSession.create(join(folder, modelFiles.detector.name), options),
    InferenceSession.create(join(folder, modelFiles.recogniser.name), options),
    readFile(join(folder, modelFiles.characters.name), 'utf8'),
  ])
  const classes = classesOf(characters)

  const detect: Networks['detect'] = async ({ data, width, height, channels }) => {
    const plane = width * height
    const input = new Float32Array(3 * plane)
    for (let channel = 0; channel < 3; channel++) {
      for (let i = 0, from = channel % channels; i < plane; i++, from += channels)
        input[channel * plane + i] = (data[from] as number) / 127.5 - 1
    }
    const output = await run(detector, new Tensor('float32', input, [1, 3, height, width]))
    return {
      data: output.data,
      width: output.shape[3] as number,
      height: output.shape[2] as number,
    }
  }
  const recognise: Networks['recognise'] = async (lines, count, width) => {
    const output = await run(recogniser, new Tensor('float32', lines, [count, 3, 48, width]))
    if (output.shape[2] !== classes.length)
      throw new Error('the characters do not fit the recogniser')
    return { data: output.data, steps: output.shape[1] as number }
  }

  return async ({ bytes, width, height }) => {
    const image = await decode(bytes, width, height).catch(() => null)
    if (image === null) return null
    const resize: Networks['resize'] = async (wide, high) =>
      wide === image.width && high === image.height
        ? image
        : pictureOf(
            sharp(image.data, { raw: image }).resize(wide, high, { fit: 'fill' }),
            image.channels,
          )
    return readPage(image, { classes, detect, recognise, resize })
  }
}

async function run(
  session: InferenceSession,
  input: Tensor,
): Promise<{ data: Float32Array; shape: readonly number[] }> {
  const outputs = await session.run({ [session.inputNames[0] as string]: input })
  const output = outputs[session.outputNames[0] as string]
  if (!(output?.data instanceof Float32Array)) throw new Error('a network without output')
  return { data: output.data, shape: output.dims }
}

async function decode(bytes: Uint8Array, width: number, height: number): Promise<Picture> {
  const image = sharp(bytes, { limitInputPixels: width * height, failOn: 'error' }).flatten({
    background: '#fff',
  })
  const coloured = (await image.metadata()).space !== 'b-w'
  return coloured
    ? pictureOf(image.toColourspace('srgb').recomb(blueFirst), 3)
    : pictureOf(image, 1)
}

const blueFirst: [[number, number, number], [number, number, number], [number, number, number]] = [
  [0, 0, 1],
  [0, 1, 0],
  [1, 0, 0],
]

async function pictureOf(image: Sharp, channels: Picture['channels']): Promise<Picture> {
  const { data, info } = await (channels === 1 ? image.toColourspace('b-w') : image)
    .raw()
    .toBuffer({ resolveWithObject: true })
  if (info.channels !== channels) throw new Error('other channels than asked for')
  return { data, width: info.width, height: info.height, channels }
}

confineImages()
// Ctrl-C reaches the whole process group; the parent decides when a reading ends
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit(0))
const read = await start(process.argv[2] as string)
process.on('message', (asked: PageAsked) => {
  void read(asked).then(
    (page) => {
      process.send?.({ read: page } satisfies PageAnswered)
    },
    () => process.exit(1),
  )
})
process.send?.({ ready: true } satisfies PageAnswered)
