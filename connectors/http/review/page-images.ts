/**
 * Page images. The page is rendered and encoded anew (by the function that comes in), so that
 * nothing a sender wrote reaches the browser but pixels. Widths come in a few steps, and the latest
 * images are kept, so many bytes of them: two people, or a page that is opened again, cost one
 * rendering.
 *
 * A document may have a hundred pages, and whoever scrolls through them asks for many. So few are
 * rendered at once, small ones after the others, and none that nobody waits for any more: see
 * render-queue.ts.
 *
 * Rendering is what takes longest until a document can be read. So the first page of whatever is
 * next in the queue is rendered as soon as somebody asks for the review page itself, at the width
 * that was last asked for: by the time their browser has the script and knows which document it is,
 * the image is there.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import { codeOf } from '../../../errors.ts'
import type { ReviewDeps } from './context.ts'
import { pageImage } from '../contract/documents.ts'
import type { Api } from '../contract/schema.ts'
import type { StoredTask } from './store.ts'
import { scopeOf } from './indexed-document.ts'
import { openRenderQueue, RenderRefusal } from './render-queue.ts'
import { unknownDocument } from './tasks.ts'

const widths = [200, 400, 800, 1200, 1600, 2400, 3200] as const // pixels
const widestSmall = 400 // pixels: an overview, which can wait
const served = new Set(['image/png', 'image/jpeg', 'image/webp'])
const mostKept = 16_000_000 // bytes; an image that is read on has some 100 kB
const mostPassed = 5 // tasks that others have open

type Image = Awaited<ReturnType<ReviewDeps['pageImage']>>

/** What has pages to show: a task, or a document that has none. */
interface Pictured {
  readonly task: Pick<StoredTask['task'], 'documentId' | 'sha256' | 'pages'>
  /** Null: no task, so its images aren't kept. */
  readonly version: string | null
}

export interface Images {
  readonly page: (
    stored: Pictured,
    page: number,
    width: number,
  ) => { readonly tag: string; readonly image: (gone?: AbortSignal) => Promise<Image> } | null
  /** Somebody is about to ask for the next task. Never rejects. */
  readonly expect: () => Promise<void>
}

export function openImages({
  tasks,
  locks,
  pageImage,
}: Pick<ReviewDeps, 'tasks' | 'locks' | 'pageImage'>): Images {
  const kept = openKept(tasks.onErased)
  const queue = openRenderQueue<Image>()
  let latestWidth = 1200
  const page: Images['page'] = ({ task, version }, number, asked) => {
    const found = task.pages.find((candidate) => candidate.number === number)
    if (found === undefined) return null
    const width = widths.find((step) => step >= asked) ?? 3200
    const turn = found.turn ?? 0
    const tag = `${task.sha256}-${number}-${width}-${turn}`
    const isSmall = width <= widestSmall
    if (!isSmall) latestWidth = width
    return {
      tag,
      async image(gone) {
        const known = kept.get(tag)
        if (known !== null) return known
        const render = (): Promise<Image> => pageImage(task.sha256, number, width, turn)
        const image = await queue.ask(tag, isSmall ? 1 : 0, render, gone)
        if (version !== null && tasks.version(task.documentId) === version)
          kept.put(tag, task.documentId, image) // not erased meanwhile
        return image
      },
    }
  }
  const next = async (): Promise<StoredTask | null> => {
    let passed = 0
    for (const { documentId } of tasks.candidates({ skip: new Set() })) {
      if (!(await locks.holders([documentId])).has(documentId)) return tasks.get(documentId)
      if (++passed === mostPassed) break
    }
    return null
  }
  return {
    page,
    async expect() {
      try {
        const stored = await next()
        const first = stored?.task.pages[0]
        if (stored !== null && first !== undefined)
          await page(stored, first.number, latestWidth)?.image()
      } catch {
        // whoever asks for the image hears why
      }
    },
  }
}

interface Kept {
  readonly get: (tag: string) => Image | null
  readonly put: (tag: string, documentId: string, image: Image) => void
}

/** The images that were used last, until their document is erased. */
function openKept(onErased: ReviewDeps['tasks']['onErased']): Kept {
  const images = new Map<string, { readonly documentId: string; readonly image: Image }>() // the latest last
  let bytes = 0
  const drop = (tag: string): void => {
    bytes -= images.get(tag)?.image.bytes.length ?? 0
    images.delete(tag)
  }
  onErased((erased) => {
    for (const [tag, { documentId }] of images) if (documentId === erased) drop(tag)
  })
  return {
    get(tag) {
      const found = images.get(tag)
      if (found === undefined) return null
      images.delete(tag)
      images.set(tag, found)
      return found.image
    },
    put(tag, documentId, image) {
      drop(tag)
      images.set(tag, { documentId, image })
      bytes += image.bytes.length
      for (const oldest of images.keys()) {
        if (bytes <= mostKept) break
        drop(oldest)
      }
    },
  }
}

export function imageRoutes(
  app: Api,
  { tasks, documents }: Pick<ReviewDeps, 'tasks' | 'documents'>,
  images: Images,
): void {
  app.get(
    '/api/documents/:documentId/pages/:page',
    {
      schema: pageImage,
    },
    async (request, reply) => {
      const { params, query, headers } = request
      const stored = (await tasks.get(params.documentId)) ?? withoutTask(request, documents)
      if (stored === null) return reply.code(404).send(unknownDocument)
      const page = images.page(stored, params.page, query.width)
      if (page === null) return reply.code(404).send({ code: 'NOT_FOUND', message: 'no such page' })
      const tag = `"${page.tag}"`
      reply.headers({ etag: tag, 'cache-control': 'private, max-age=3600' })
      if (headers['if-none-match'] === tag) return reply.code(304).send(null)
      try {
        const { bytes, mediaType } = await page.image(goneOf(reply))
        if (!served.has(mediaType)) throw new TypeError('a page must come as PNG, JPEG or WebP')
        return await reply
          .type(mediaType)
          .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      } catch (error) {
        return noImage(reply, error)
      }
    },
  )
}

/** Aborted where whoever asked is gone before there is an answer. */
function goneOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => !reply.raw.writableFinished && gone.abort())
  return gone.signal
}

function noImage(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof RenderRefusal && error.why === 'gone') return reply.hijack()
  reply.header('cache-control', 'no-store').removeHeader('etag')
  if (error instanceof RenderRefusal)
    return reply
      .code(503)
      .header('retry-after', '1')
      .send({ code: 'TOO_MANY', message: error.message })
  const code = codeOf(error)
  if (!code.startsWith('BLOB_') && !code.startsWith('DOCUMENT_')) throw error
  return reply.code(404).send({ code, message: 'there is no image of this page' })
}

/** The pages of a document that nobody was asked about; null: unknown, or outside one's scope. */
function withoutTask(
  request: FastifyRequest<{ Params: { readonly documentId: string } }>,
  documents: ReviewDeps['documents'],
): Pictured | null {
  const { documentId } = request.params
  const { facts } = documents?.index()?.get(documentId, scopeOf(request)) ?? {}
  const sha256 = facts?.origin?.sha256 ?? null
  if (facts === undefined || sha256 === null) return null
  return { task: { documentId, sha256, pages: facts.read?.pages ?? [] }, version: null }
}
