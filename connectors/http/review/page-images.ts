/**
 * Page images. The page is rendered and encoded anew (by the function that comes in), so that
 * nothing a sender wrote reaches the browser but pixels. Widths come in a few steps, and the latest
 * images are kept: two people, or a page that is opened again, cost one rendering.
 *
 * Rendering is what takes longest until a document can be read. So the first page of whatever is
 * next in the queue is rendered as soon as somebody asks for the review page itself, at the width
 * that was last asked for: by the time their browser has the script and knows which document it is,
 * the image is there.
 */

import type { FastifyRequest } from 'fastify'
import { codeOf } from '../../../errors.ts'
import type { ReviewDeps } from './context.ts'
import { pageImage } from '../contract/documents.ts'
import type { Api } from '../contract/schema.ts'
import type { StoredTask } from './store.ts'
import { scopeOf } from './indexed-document.ts'
import { unknownDocument } from './tasks.ts'

const widths = [800, 1200, 1600, 2400, 3200] as const // pixels
const served = new Set(['image/png', 'image/jpeg', 'image/webp'])
const mostKept = 24 // images, of some 100 kB each
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
  ) => { readonly tag: string; readonly image: () => Promise<Image> } | null
  /** Somebody is about to ask for the next task. Never rejects. */
  readonly expect: () => Promise<void>
}

export function openImages({
  tasks,
  locks,
  pageImage,
}: Pick<ReviewDeps, 'tasks' | 'locks' | 'pageImage'>): Images {
  // the latest last
  const kept = new Map<string, { readonly documentId: string; readonly image: Promise<Image> }>()
  tasks.onErased((erased) => {
    for (const [tag, { documentId }] of kept) if (documentId === erased) kept.delete(tag)
  })
  let latestWidth = 1200
  const page: Images['page'] = ({ task, version }, number, asked) => {
    const found = task.pages.find((candidate) => candidate.number === number)
    if (found === undefined) return null
    const width = widths.find((step) => step >= asked) ?? 3200
    const turn = found.turn ?? 0
    const tag = `${task.sha256}-${number}-${width}-${turn}`
    latestWidth = width
    return {
      tag,
      image() {
        const image = kept.get(tag)?.image ?? pageImage(task.sha256, number, width, turn)
        kept.delete(tag)
        if (version !== null && tasks.version(task.documentId) === version)
          kept.set(tag, { documentId: task.documentId, image }) // not erased meanwhile
        image.catch(() => kept.delete(tag)) // tried again the next time
        for (const oldest of kept.keys()) if (kept.size > mostKept) kept.delete(oldest)
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
        const { bytes, mediaType } = await page.image()
        if (!served.has(mediaType)) throw new TypeError('a page must come as PNG, JPEG or WebP')
        return await reply
          .type(mediaType)
          .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      } catch (error) {
        const code = codeOf(error)
        if (!code.startsWith('BLOB_') && !code.startsWith('DOCUMENT_')) throw error
        return reply
          .code(404)
          .header('cache-control', 'no-store')
          .send({ code, message: 'there is no image of this page' })
      }
    },
  )
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
