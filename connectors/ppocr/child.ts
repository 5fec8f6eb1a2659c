/**
 * The process that runs PP-OCR. It gets PNG that we encoded, holds the two models and nothing of a page once it is read; its
 * parent kills it when it takes too long or too much memory. One thread for each network: pages are read in parallel, not
 * parts of one.
 *
 * Run by ../ppocr.ts, with the folder of the models as its argument and an advanced IPC channel.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp, { type Sharp } from 'sharp'
import type { Word } from '../../processors/words.ts'
import { confineImages } from '../images.ts'
import { classesOf } from './ctc.ts'
import { modelFiles } from './models.ts'
import { readPage, type GreyImage, type Networks } from './page.ts'

export interface PageAsked {
  readonly bytes: Uint8Array // PNG
  readonly width: number
  readonly height: number
}

/** `ready` comes once, by itself. `words` is null where the image can't be decoded. */
export type PageAnswered = { readonly ready: true } | { readonly words: readonly Word[] | null }

const options: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 4,
  enableCpuMemArena: false, // it would keep the most that any page needed
}

async function start(folder: string): Promise<(asked: PageAsked) => Promise<Word[] | null>> {
  const [detector, recogniser, characters] = await Promise.all([
    InferenceSession.create(join(folder, modelFiles.detector.name), options),
    InferenceSession.create(join(folder, modelFiles.recogniser.name), options),
    readFile(join(folder, modelFiles.characters.name), 'utf8'),
  ])
  const classes = classesOf(characters)

  const detect: Networks['detect'] = async ({ data, width, height }) => {
    const plane = width * height
    const input = new Float32Array(3 * plane)
    for (let i = 0; i < plane; i++) input[i] = (data[i] as number) / 127.5 - 1
    input.copyWithin(plane, 0, plane)
    input.copyWithin(2 * plane, 0, plane)
    const output = await run(detector, new Tensor('float32', input, [1, 3, height, width]))
    return { data: output.data, width: output.shape[3] as number, height: output.shape[2] as number }
  }
  const recognise: Networks['recognise'] = async (lines, count, width) => {
    const output = await run(recogniser, new Tensor('float32', lines, [count, 3, 48, width]))
    if (output.shape[2] !== classes.length) throw new Error('the characters do not fit the recogniser')
    return { data: output.data, steps: output.shape[1] as number }
  }

  return async ({ bytes, width, height }) => {
    const image = await decode(bytes, width, height).catch(() => null)
    if (image === null) return null
    const resize: Networks['resize'] = async (wide, high) =>
      wide === image.width && high === image.height ? image : grey(sharp(image.data, { raw: { width: image.width, height: image.height, channels: 1 } }).resize(wide, high, { fit: 'fill' }))
    return readPage(image, { classes, detect, recognise, resize })
  }
}

async function run(session: InferenceSession, input: Tensor): Promise<{ data: Float32Array; shape: readonly number[] }> {
  const outputs = await session.run({ [session.inputNames[0] as string]: input })
  const output = outputs[session.outputNames[0] as string]
  if (!(output?.data instanceof Float32Array)) throw new Error('a network without output')
  return { data: output.data, shape: output.dims }
}

function decode(bytes: Uint8Array, width: number, height: number): Promise<GreyImage> {
  return grey(sharp(bytes, { limitInputPixels: width * height, failOn: 'error' }).flatten({ background: '#fff' }))
}

async function grey(image: Sharp): Promise<GreyImage> {
  const { data, info } = await image.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  if (info.channels !== 1) throw new Error('not grey')
  return { data, width: info.width, height: info.height }
}

confineImages()
// Ctrl-C reaches the whole process group; the parent decides when a reading ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit(0))
const read = await start(process.argv[2] as string)
process.on('message', (asked: PageAsked) => {
  void read(asked).then((words) => { process.send?.({ words } satisfies PageAnswered) }, () => process.exit(1))
})
process.send?.({ ready: true } satisfies PageAnswered)
