/**
 * A minimal reader of the protocol-buffer wire format for untrusted files: a message as its fields,
 * in order, undecoded. Throws RangeError on anything that runs past its end. Groups are rejected,
 * since they are obsolete.
 */

export interface WireField {
  readonly field: number
  readonly bytes: Buffer // of a length-delimited field; empty otherwise
  readonly value: number // of a varint; NaN otherwise
}

const mostFields = 200_000

export function fieldsOf(message: Buffer): WireField[] {
  const found: WireField[] = []
  let at = 0
  while (at < message.length) {
    if (found.length > mostFields) throw new RangeError('too many fields')
    const tag = varint()
    const field = Math.floor(tag / 8)
    const wire = tag % 8
    if (field === 0) throw new RangeError('field number 0')
    if (wire === 0) found.push({ field, bytes: none, value: varint() })
    else if (wire === 2) found.push({ field, bytes: take(varint()), value: Number.NaN })
    else if (wire === 1 || wire === 5)
      found.push({ field, bytes: take(wire === 1 ? 8 : 4), value: Number.NaN })
    else throw new RangeError(`wire type ${wire}`)
  }
  return found

  function varint(): number {
    let value = 0
    for (let shift = 1, k = 0; k < 10; k++, shift *= 128) {
      const byte = message[at++]
      if (byte === undefined) throw new RangeError('cut short')
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
    throw new RangeError('endless number')
  }

  function take(length: number): Buffer {
    if (at + length > message.length) throw new RangeError('cut short')
    at += length
    return message.subarray(at - length, at)
  }
}

const none = Buffer.alloc(0)

export function textsOf(fields: readonly WireField[], field: number): string[] {
  return fields.filter((part) => part.field === field).map((part) => part.bytes.toString('utf8'))
}

export function numbersOf(fields: readonly WireField[], field: number): number[] {
  return fields.filter((part) => part.field === field).map((part) => part.value)
}

/** Ascending numbers, each the difference to the one before as a base-128 varint. */
export function unpackAscending(packed: Buffer): Int32Array {
  const numbers: number[] = []
  let before = 0
  let difference = 0
  let shift = 1
  for (const byte of packed) {
    difference += (byte & 127) * shift
    shift *= 128
    if (byte > 127) continue
    before += difference
    numbers.push(before)
    ;[difference, shift] = [0, 1]
  }
  return Int32Array.from(numbers)
}
