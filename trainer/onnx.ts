/**
 * The bundle: one ONNX file that holds the weights as a graph and everything else in its metadata,
 * so that one sha256 names the whole model and any ONNX tool can open it. Written directly, since a
 * graph of five nodes needs no exporter.
 *
 *   features int32 [tokens, width] ─► Gather(weights, ·) ─► ReduceSum over width ─► scores float [tokens, outputs]
 *
 * Row 0 of the weights is zero, for padding. Weights are half-precision (ONNX Runtime widens them
 * once, when the session opens). Metadata: `errata.manifest`, JSON; `errata.features`, the feature
 * hash of each row from 1 as base64 of ascending differences in base-128 varints. Specification:
 * onnx/onnx.proto, IR version 8, opset 17. The same model gives the same bytes.
 */

import type { Manifest } from '../processors/model/manifest.ts'

const irVersion = 8
const opset = 17
const float = 1
const int32 = 6
const int64 = 7
const half = 10

/** weights: (features + 1) × outputs, already rounded to half precision by toHalves. */
export function writeBundle(
  manifest: Manifest,
  features: Int32Array,
  weights: Float32Array,
  outputs: number,
): Buffer {
  const halves = Buffer.alloc(2 * weights.length)
  weights.forEach((weight, k) => halves.writeUInt16LE(halfBits(weight), 2 * k))
  const graph = message(
    bytes(
      1,
      node('Cast', ['weights'], 'wide', message(text(1, 'to'), number(3, float), number(20, 2))),
    ),
    bytes(
      1,
      node(
        'Gather',
        ['wide', 'features'],
        'gathered',
        message(text(1, 'axis'), number(3, 0), number(20, 2)),
      ),
    ),
    bytes(
      1,
      node(
        'ReduceSum',
        ['gathered', 'width'],
        'scores',
        message(text(1, 'keepdims'), number(3, 0), number(20, 2)),
      ),
    ),
    text(2, 'emissions'),
    bytes(5, tensor('weights', [features.length + 1, outputs], half, halves)),
    bytes(5, tensor('width', [1], int64, int64Bytes([1n]))),
    bytes(11, valueInfo('features', int32, ['tokens', 'width'])),
    bytes(12, valueInfo('scores', float, ['tokens', outputs])),
  )
  return message(
    number(1, irVersion),
    text(2, 'errata'),
    bytes(7, graph),
    bytes(8, message(text(1, ''), number(2, opset))),
    bytes(14, message(text(1, 'errata.manifest'), text(2, JSON.stringify(manifest)))),
    bytes(
      14,
      message(text(1, 'errata.features'), text(2, packAscending(features).toString('base64'))),
    ),
  )
}

/** Each number rounded to half precision. */
export function toHalves(weights: Float32Array): Float32Array {
  return weights.map((weight) => fromHalfBits(halfBits(weight)))
}

export function packAscending(numbers: Int32Array): Buffer {
  const packed: number[] = []
  let before = 0
  for (const value of numbers) {
    let difference = value - before
    before = value
    while (difference > 127) {
      packed.push((difference & 127) | 128)
      difference >>>= 7
    }
    packed.push(difference)
  }
  return Buffer.from(packed)
}

const view = new DataView(new ArrayBuffer(4))

/** IEEE 754 binary16, round half to even; overflow becomes the largest finite half. */
function halfBits(value: number): number {
  view.setFloat32(0, value)
  const bits = view.getUint32(0)
  const sign = (bits >>> 16) & 0x8000
  const size = bits & 0x7fffffff
  if (size >= 0x477ff000) return sign | 0x7bff
  if (size < 0x33000001) return sign
  if (size < 0x38800000) {
    const shift = 126 - (size >>> 23)
    return sign | rounded((size & 0x7fffff) | 0x800000, shift)
  }
  return sign | rounded(size - 0x38000000, 13)
}

function rounded(value: number, shift: number): number {
  const whole = value >>> shift
  const rest = value & ((1 << shift) - 1)
  const middle = 1 << (shift - 1)
  return rest > middle || (rest === middle && (whole & 1) === 1) ? whole + 1 : whole
}

function fromHalfBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 31
  const fraction = bits & 1023
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function node(
  operation: string,
  inputs: readonly string[],
  output: string,
  attribute: Buffer,
): Buffer {
  return message(
    ...inputs.map((input) => text(1, input)),
    text(2, output),
    text(3, output),
    text(4, operation),
    bytes(5, attribute),
  )
}

function tensor(name: string, shape: readonly number[], type: number, data: Buffer): Buffer {
  return message(
    ...shape.map((size) => number(1, size)),
    number(2, type),
    text(8, name),
    bytes(9, data),
  )
}

function valueInfo(name: string, type: number, shape: readonly (number | string)[]): Buffer {
  const dimensions = shape.map((size) =>
    bytes(1, typeof size === 'string' ? message(text(2, size)) : message(number(1, size))),
  )
  return message(
    text(1, name),
    bytes(2, message(bytes(1, message(number(1, type), bytes(2, message(...dimensions)))))),
  )
}

function int64Bytes(values: readonly bigint[]): Buffer {
  const buffer = Buffer.alloc(8 * values.length)
  values.forEach((value, k) => buffer.writeBigInt64LE(value, 8 * k))
  return buffer
}

// Protocol buffers: a field is its number and wire type, then a varint or a length and bytes
const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields)
const number = (field: number, value: number): Buffer =>
  Buffer.concat([varint(field << 3), varint(value)])
const bytes = (field: number, value: Buffer): Buffer =>
  Buffer.concat([varint((field << 3) | 2), varint(value.length), value])
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value, 'utf8'))

function varint(value: number): Buffer {
  const parts: number[] = []
  let rest = value
  while (rest > 127) {
    parts.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  parts.push(rest)
  return Buffer.from(parts)
}
