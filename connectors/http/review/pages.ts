/**
 * The pages, kept in memory and served under names that hold a hash of their contents. One HTML
 * shell serves every address; the script looks at the address.
 */

import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { documentsPage } from '../contract/documents.ts'
import { bundle, type Asset, type Bundle } from './bundle.ts'

const addresses = [
  '/',
  '/review',
  '/review/*',
  '/documents',
  '/documents/*',
  '/dashboard',
  '/models',
  '/rules',
  '/dead',
  '/audit',
  '/users',
  '/account',
  '/login',
] as const

/** Of a page whose address the API uses as well. */
const pageSchemas: Readonly<Record<string, FastifySchema>> = { '/documents': documentsPage }

let bundled: Promise<Bundle> | null = null // one for all servers of a process

/**
 * `onReview` hears that somebody opens the review page, before their browser asks for anything
 * else.
 */
export async function pageRoutes(
  app: FastifyInstance,
  onReview: (request: FastifyRequest) => unknown = () => {},
): Promise<void> {
  const { assets, html } = await (bundled ??= bundle())
  const shell: Asset = {
    bytes: Buffer.from(html),
    gzip: gzipSync(html),
    mediaType: 'text/html; charset=utf-8',
  }
  const tag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 16)}"`
  for (const address of addresses) {
    app.get(address, { schema: pageSchemas[address] ?? {} }, async (request, reply) => {
      if (address === '/review') void onReview(request)
      reply.headers({ etag: tag, 'cache-control': 'no-cache' })
      return request.headers['if-none-match'] === tag
        ? reply.code(304).send()
        : send(request, reply, shell)
    })
  }
  app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
    const asset = assets.get(request.params.name)
    if (asset === undefined)
      return reply.code(404).send({ code: 'NOT_FOUND', message: 'no such file' })
    reply.header('cache-control', 'public, max-age=31536000, immutable')
    return send(request, reply, asset)
  })
}

function send(request: FastifyRequest, reply: FastifyReply, asset: Asset): FastifyReply {
  const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  reply.type(asset.mediaType).header('vary', 'accept-encoding')
  return zipped
    ? reply.header('content-encoding', 'gzip').send(asset.gzip)
    : reply.send(asset.bytes)
}
