/**
 * Words for the few small functions that are written as WebAssembly, byte by byte (WebAssembly Core
 * Specification 2.0, §5.4): where the same loop over a document's features runs ten thousand times,
 * four numbers at a time and without a check at each step count. No more of the language is here
 * than those functions say. Needs vectors of 128 bits, which V8 has on every processor that ONNX
 * Runtime runs on.
 */

export type Instructions = readonly number[]

export const wasmPage = 65_536 // bytes

export const [block, loop, done, leave, again] = [
  [0x02, 0x40],
  [0x03, 0x40],
  [0x0b],
  [0x0d, 1],
  [0x0d, 0],
] // `leave` and `again` where the number on top isn't 0
export const next = [0x0c, 0] // again in any case
export const get = (local: number): number[] => [0x20, local]
export const set = (local: number): number[] => [0x21, local]
export const tee = (local: number): number[] => [0x22, local] // set, and on top still
export const load = (offset = 0): number[] => [0x28, 2, ...unsigned(offset)]
export const store = [0x36, 2, 0]
export const small = (number: number): number[] => [0x41, number] // 0 to 63
export const [below, notBelow, ones, plus, minus, times, and, left, right] = [
  [0x49],
  [0x4f],
  [0x69],
  [0x6a],
  [0x6b],
  [0x6c],
  [0x71],
  [0x74],
  [0x76],
] // of integers without sign
export const loadFour = (offset: number): number[] => [0xfd, 0x00, 4, ...unsigned(offset)]
export const storeFour = (offset: number): number[] => [0xfd, 0x0b, 4, ...unsigned(offset)]
export const four = (number: number): number[] => [
  0xfd,
  0x0c,
  ...Array.from({ length: 16 }, (_, k) => (number >>> (8 * (k & 3))) & 0xff),
] // one integer, four times
export const plusFour = [0xfd, 0xe4, 0x01] // of single precision; the others of integers
export const [xorFour, plusEach, timesEach] = [
  [0xfd, 0x51],
  [0xfd, 0xae, 0x01],
  [0xfd, 0xb5, 0x01],
]
export const rightEach = (bits: number): number[] => [...small(bits), 0xfd, 0xad, 0x01]

/**
 * A function of integers, without result, that works on a memory; `locals` follow its parameters:
 * integers, then fours.
 */
export function compiled(
  parameters: number,
  locals: { readonly integers: number; readonly fours: number },
  instructions: Instructions,
  memory: WebAssembly.Memory,
): (...integers: number[]) => void {
  const [i32, v128] = [0x7f, 0x7b]
  const section = (id: number, ...parts: number[]): number[] => [id, ...sized(parts)]
  const text = (letters: string): number[] => sized([...Buffer.from(letters)])
  const module = new WebAssembly.Module(
    Uint8Array.from([
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      ...section(1, 1, 0x60, parameters, ...new Array<number>(parameters).fill(i32), 0), // type 0
      ...section(2, 1, ...text('its'), ...text('memory'), 2, 0, 0), // a memory of any size
      ...section(3, 1, 0), // function 0 is of type 0
      ...section(7, 1, ...text('run'), 0, 0),
      ...section(
        10,
        1,
        ...sized([2, locals.integers, i32, locals.fours, v128, ...instructions, ...done]),
      ),
    ]),
  )
  return new WebAssembly.Instance(module, { its: { memory } }).exports['run'] as (
    ...integers: number[]
  ) => void
}

const sized = (bytes: Instructions): number[] => [...unsigned(bytes.length), ...bytes]

/** LEB128. */
function unsigned(number: number): number[] {
  return number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...unsigned(number >>> 7)]
}
