/**
 * The pages: bundled from web/ by esbuild when the server starts (about 0.1 s), kept in memory and
 * served under names that hold a hash of their contents. So the sources are all there is: no build
 * step, no folder of built files that could be older than they are. One HTML shell serves every
 * address; the script looks at the address.
 */

import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { documentsPage } from '../contract/documents.ts'

const web = fileURLToPath(new URL('../../../web/', import.meta.url))
const mediaTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}
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
] as const

/** Of a page whose address the API uses as well. */
const pageSchemas: Readonly<Record<string, FastifySchema>> = { '/documents': documentsPage }

export interface Asset {
  readonly bytes: Buffer
  readonly gzip: Buffer
  readonly mediaType: string
}

interface Bundle {
  readonly assets: ReadonlyMap<string, Asset>
  readonly html: string
}

let bundled: Promise<Bundle> | null = null // one for all servers of a process

/** Every file of the bundle by its name, and the HTML that loads them. */
export async function bundle(): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [`${web}main.tsx`, `${web}style.css`, `${web}icon.svg`],
    outdir: '/assets',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    entryNames: '[name]-[hash]',
    loader: { '.svg': 'copy' },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const assets = new Map<string, Asset>()
  const names: Record<string, string> = {}
  for (const file of outputFiles) {
    const name = basename(file.path)
    const extension = name.slice(name.lastIndexOf('.') + 1)
    const bytes = Buffer.from(file.contents)
    assets.set(name, {
      bytes,
      gzip: gzipSync(bytes),
      mediaType: mediaTypes[extension] ?? 'application/octet-stream',
    })
    names[extension] = name
  }
  const html = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<title>Errata</title>',
    `<link rel="icon" href="/assets/${names.svg}">`,
    `<link rel="stylesheet" href="/assets/${names.css}">`,
    `<script type="module" src="/assets/${names.js}"></script>`,
    '</head>',
    '<body><div id="app"></div><noscript>The review page needs JavaScript.</noscript></body>',
    '</html>',
    '',
  ].join('\n')
  return { assets, html }
}

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
