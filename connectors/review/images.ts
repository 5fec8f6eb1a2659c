/**
 * Page images. The page is rendered and encoded anew (by the function that comes in), so that nothing a sender wrote
 * reaches the browser but pixels. Widths come in a few steps: a cache in front of it then has something to hit.
 */

import type { FastifyInstance } from 'fastify'
import { codeOf } from '../../errors.ts'
import type { ReviewDeps } from '../review.ts'
import { documentParameter, failure, object } from './schemas.ts'
import { unknownDocument } from './tasks.ts'

const widths = [800, 1200, 1600, 2400, 3200] as const // pixels
const served = new Set(['image/png', 'image/jpeg', 'image/webp'])

export function imageRoutes(app: FastifyInstance, { tasks, pageImage }: ReviewDeps): void {
  app.get<{ Params: { documentId: string; page: number }; Querystring: { width: number } }>('/api/documents/:documentId/pages/:page', {
    schema: {
      summary: 'A page as an image', tags: ['documents'],
      params: object({ ...documentParameter.properties, page: { type: 'integer', minimum: 1 } }),
      querystring: { ...object({ width: { type: 'integer', minimum: 1, maximum: 10_000, default: 1600, description: 'At most; rounded up to one of a few steps.' } }, []), additionalProperties: true },
      response: { 200: { description: 'PNG, JPEG or WebP', content: { 'image/*': { schema: { type: 'string', format: 'binary' } } } }, 404: failure },
    },
  }, async ({ params, query, headers }, reply) => {
    const stored = await tasks.get(params.documentId)
    if (stored === null) return reply.code(404).send(unknownDocument)
    const page = stored.task.pages.find(({ number }) => number === params.page)
    if (page === undefined) return reply.code(404).send({ code: 'NOT_FOUND', message: 'no such page' })
    const width = widths.find((step) => step >= query.width) ?? 3200
    const turn = page.turn ?? 0
    const tag = `"${stored.task.sha256}-${params.page}-${width}-${turn}"`
    reply.headers({ etag: tag, 'cache-control': 'private, max-age=3600' })
    if (headers['if-none-match'] === tag) return reply.code(304).send()
    try {
      const { bytes, mediaType } = await pageImage(stored.task.sha256, params.page, width, turn)
      if (!served.has(mediaType)) throw new TypeError('a page must come as PNG, JPEG or WebP')
      return await reply.type(mediaType).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    } catch (error) {
      const code = codeOf(error)
      if (!code.startsWith('BLOB_') && !code.startsWith('DOCUMENT_')) throw error
      return reply.code(404).header('cache-control', 'no-store').send({ code, message: 'there is no image of this page' })
    }
  })
}
