/**
 * Text of an EDIFACT interchange, by the character set that its header names (ISO 9735, UNB S001).
 *
 * Many programs write UTF-8 whatever they name, and Latin text is hardly ever valid UTF-8 by chance:
 * so UTF-8 is tried first. The sets of one byte follow; the first two have no letters beyond ASCII,
 * and are widened to Windows-1252.
 */

import { ErrataError } from '../../errors.ts'

const sets: Readonly<Record<string, string>> = {
  UNOA: 'windows-1252',
  UNOB: 'windows-1252',
  UNOC: 'windows-1252', // ISO 8859-1
  UNOD: 'iso-8859-2',
  UNOE: 'iso-8859-5',
  UNOF: 'iso-8859-7',
  UNOG: 'iso-8859-3',
  UNOH: 'iso-8859-4',
  UNOI: 'iso-8859-6',
  UNOJ: 'iso-8859-8',
  UNOK: 'windows-1254', // ISO 8859-9
  UNOW: 'utf-8',
  UNOY: 'utf-8',
}

/** DOCUMENT_CORRUPT for a character set that nobody knows, or bytes that are none of UTF-8's. */
export function edifactText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return decoded(bytes)
  }
}

function decoded(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200))
  const named = /UNB.(UNO[A-Z])/s.exec(head.toString('latin1'))?.[1] ?? ''
  const encoding = Object.hasOwn(sets, named) ? sets[named] : undefined
  if (encoding === undefined || encoding === 'utf-8')
    throw new ErrataError('DOCUMENT_CORRUPT', 'bytes of another character set than is named', {
      named,
    })
  return new TextDecoder(encoding).decode(bytes)
}
