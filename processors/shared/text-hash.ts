/** A hash that identifies a text: short enough for a key, and nobody finds two texts with the same. */

import { hash } from 'node:crypto'

/** 132 bits of its sha256, as 22 letters of base64url. */
export const textHash = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22)
