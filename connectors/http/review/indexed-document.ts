/** The document that a request names, as far as whoever asks may see it. */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { IndexedDocument, Scope } from '../../../processors/search/document-index.ts'
import type { Documents } from './context.ts'
import { personOf } from '../security.ts'

export const notReady = {
  code: 'NOT_READY',
  message: 'the log is still being read; try again in a moment',
} as const
const unknown = { code: 'NOT_FOUND', message: 'no such document' } as const

export function scopeOf(request: FastifyRequest): Scope {
  const { profiles, vendors } = personOf(request)
  return { profiles, vendors }
}

/** Answers 404 or 503 itself, and is null then. */
export function found(
  documents: Documents,
  documentId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): IndexedDocument | null {
  const known = documents.index()?.get(documentId, scopeOf(request)) ?? null
  if (known !== null) return known
  if (documents.isReady()) void reply.code(404).send(unknown)
  else void reply.code(503).send(notReady)
  return null
}
