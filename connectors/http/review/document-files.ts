/** A document to take along: as it came, and its values as a file. */

import { codeOf } from '../../../errors.ts'
import { getOriginal, getValues } from '../contract/index-documents.ts'
import type { Api } from '../contract/schema.ts'
import { actorOf } from '../security.ts'
import type { Documents, Service } from './context.ts'
import { asFile, csvText } from './csv.ts'
import { found } from './indexed-document.ts'

export function documentFileRoutes(app: Api, deps: Service, documents: Documents): void {
  originalRoute(app, deps, documents)
  valuesRoute(app, deps, documents)
}

function originalRoute(app: Api, deps: Service, documents: Documents): void {
  app.get(
    '/api/documents/:documentId/original',
    { schema: getOriginal },
    async (request, reply) => {
      const document = found(documents, request.params.documentId, request, reply)
      if (document === null) return reply
      const { sha256 = null, fileName = null } = document.facts.origin ?? {}
      try {
        if (sha256 === null) return await reply.code(404).send(noBytes)
        const bytes = await documents.original(sha256)
        void deps.audit?.({
          ...actorOf(request),
          action: 'downloaded',
          target: document.listed.documentId,
        })
        return await reply
          .type('application/octet-stream')
          .header('content-disposition', attachmentOf(fileName ?? document.listed.documentId))
          .header('cache-control', 'private, no-store')
          .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      } catch (error) {
        if (!codeOf(error).startsWith('BLOB_')) throw error
        return reply.code(404).send({ ...noBytes, code: codeOf(error) })
      }
    },
  )
}

export const noBytes = { code: 'BLOB_MISSING', message: 'the bytes of this document are not here' }

/** RFC 6266: plain letters for old programs, all of them for others. */
function attachmentOf(name: string): string {
  const plain = name.replace(/[^\w .()-]/g, '_')
  const full = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`
}

function valuesRoute(app: Api, deps: Service, documents: Documents): void {
  app.get('/api/documents/:documentId/values', { schema: getValues }, async (request, reply) => {
    const document = found(documents, request.params.documentId, request, reply)
    if (document === null) return reply
    const { fields, lineItems } = document.values
    const head = ['line', 'field', 'value', 'printed', 'confidence', 'page', 'origin']
    const lineOf =
      (line: number | null) =>
      ({ name, value, raw, confidence, page, origin }: (typeof fields)[number]) => [
        line,
        name,
        value,
        raw,
        confidence,
        page,
        origin,
      ]
    const lines = [
      head,
      ...fields.map(lineOf(null)),
      ...lineItems.flatMap(({ cells }, index) => cells.map(lineOf(index + 1))),
    ]
    const { documentId } = document.listed
    void deps.audit?.({ ...actorOf(request), action: 'exported', target: documentId })
    return asFile(reply, 'values.csv').send(csvText(lines))
  })
}
