/**
 * The way in by HTTP: POST /documents.
 *
 *   one document     its bytes as the body;      ?profile=&tenant=&name=&metadata={"key":"value"}
 *   one or more      multipart/form-data: `file` once or more; `profile`, `tenant` and `metadata` as fields, in any order
 *
 * 202 means kept: the broker has the record from all replicas in sync, and the blob store has bytes
 * that are too many for a record. The answer for one document is {documentId, sha256, bytes,
 * mediaType, fileName, partition, offset}. Several are answered with {documents: [...]}, each as
 * above or {fileName, code, message}: 202 where all were taken, 207 where some were, and the status
 * of the first refusal where none was.
 *
 *   400 DOCUMENT_EMPTY, PROFILE_UNKNOWN, REQUEST_INVALID     413 DOCUMENT_TOO_LARGE     415 DOCUMENT_TYPE
 *   401, 403 from the guard
 *   408 REQUEST_STALLED: the bytes stopped arriving (see server.ts)     429 UPLOAD_QUOTA: the caller uploads too much at once, or too many documents a minute
 *   503 where broker or store are away or full, or INTAKE_BUSY: all callers together upload too much
 *
 * 408, 429 and 503 have Retry-After. The type is decided by content and the size by counting:
 * neither header is believed. Uploads under way are bounded for each caller and together, so that
 * memory is. After a 408, a 503 or a broken connection it is unknown whether the document was kept;
 * sending it again is safe, since the same bytes are the same document.
 */

import multipart from '@fastify/multipart'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import { codeOf, ErrataError, fateOf, type ErrorCode } from '../../errors.ts'
import { rawRecord } from '../../processors/document/raw.ts'
import type { Quota } from './quota.ts'
import type { Profiles } from '../../schemas/profiles.ts'
import type { Raw } from '../../schemas/types.ts'
import { sendDocuments, sendDocumentsBody } from './contract/intake.ts'
import type { ContractTypes } from './contract/schema.ts'
import { badRequestOf, bug } from './problems.ts'
import { traceOfRequest } from './request-spans.ts'
import type { SpanContext } from '../tracing.ts'
import { openUploadBudget, requestBytes } from './upload-budget.ts'
import {
  asInvalid,
  readUpload,
  readParts,
  wishesOf,
  type RefusedUpload,
  type UploadedDocument,
  type Wishes,
} from './uploads.ts'

export interface IntakeDeps {
  /**
   * `from`: the span of the request. Resolves after acks=all. BROKER_UNREACHABLE and other codes of
   * the world are answered with 503.
   */
  readonly send: (
    record: { readonly key: string; readonly value: Raw },
    from: SpanContext | null,
  ) => Promise<{ readonly partition: number; readonly offset: bigint }>
  readonly putBlob: (bytes: Uint8Array) => Promise<string>
  /** Media type by content; DOCUMENT_EMPTY, DOCUMENT_TYPE. */
  readonly typeOf: (bytes: Uint8Array) => string
  /** Answers who may not ask (401, 403); lets everyone else through. */
  readonly guard: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
  /** Whose uploads count together; asked after the guard. */
  readonly callerOf: (request: FastifyRequest) => string
  /** Documents of each caller; none: no limit. */
  readonly quota?: Quota
  /** Those that there are; asked with the name of one. */
  readonly profiles: (name: string) => Promise<Profiles>
  readonly config: Pick<Config, 'maxBytes' | 'inlineBytes'>
  readonly now: () => number // milliseconds since 1970
}

interface Taken extends Omit<UploadedDocument, 'bytes'> {
  readonly documentId: string
  readonly sha256: string
  readonly bytes: number
  readonly partition: number
  readonly offset: string // decimal
}

const mostFiles = 100 // in one request
const fieldBytes = 65_536
const retryAfterSeconds = 5
const mayComeBack = new Set([408, 429, 503])

/** Most bytes of a request, what a form adds included. */
export function largestRequest({ maxBytes }: Pick<Config, 'maxBytes'>): number {
  return requestBytes(maxBytes) + 1_048_576
}

/** Adds the route to a server. Its parsers and hooks hold for this route only. */
export async function intake(app: FastifyInstance, deps: IntakeDeps): Promise<void> {
  const budget = openUploadBudget(deps.config.maxBytes)
  const spend = (caller: string, documents: number): void => {
    const wait = deps.quota?.take(caller, documents) ?? 0
    if (wait > 0)
      throw new ErrataError('UPLOAD_QUOTA', 'you are sending too many documents', {
        retryAfter: wait,
      })
  }
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    await scope.register(multipart, {
      throwFileSizeLimit: false,
      limits: {
        files: mostFiles,
        fields: 20,
        parts: mostFiles + 20,
        fieldSize: fieldBytes,
        fileSize: deps.config.maxBytes + 1,
      },
    })
    // a stream: we count ourselves
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.addHook('onRequest', deps.guard)
    scope.setErrorHandler((error: FastifyError, request, reply) => refuse(error, request, reply))

    scope.withTypeProvider<ContractTypes>().post(
      '/documents',
      {
        config: { requestBody: sendDocumentsBody },
        bodyLimit: largestRequest(deps.config),
        schema: sendDocuments,
      },
      async (request, reply) => {
        const caller = deps.callerOf(request)
        const from = traceOfRequest(request)
        const holding = budget.open(caller)
        try {
          if (!request.isMultipart()) {
            spend(caller, 1)
            const upload = await readUpload(
              request,
              request.query.name,
              deps.config.maxBytes,
              holding,
            )
            return await reply
              .code(202)
              .send(await take(upload, await wishesOf(request.query, deps.profiles), from, deps))
          }
          const { uploads, fields } = await readParts(
            request.parts(),
            deps.config.maxBytes,
            holding,
          ).catch((error: unknown) => {
            throw asInvalid(error)
          })
          if (uploads.length === 0)
            throw new ErrataError('DOCUMENT_EMPTY', 'no part of the name `file` came')
          const wishes = await wishesOf({ ...request.query, ...fields }, deps.profiles)
          spend(caller, uploads.length)
          const [only] = uploads
          if (uploads.length === 1 && only !== undefined) {
            if ('code' in only) throw new ErrataError(only.code as ErrorCode, only.message)
            return await reply.code(202).send(await take(only, wishes, from, deps))
          }
          return await answerMany(await takeAll(uploads, wishes, from, deps), reply)
        } finally {
          holding.close()
        }
      },
    )
  })
}

async function take(
  { bytes, fileName, mediaType }: UploadedDocument,
  wishes: Wishes,
  from: SpanContext | null,
  deps: IntakeDeps,
): Promise<Taken> {
  const found = deps.typeOf(bytes)
  const inline = bytes.length <= deps.config.inlineBytes
  const record = rawRecord({
    bytes,
    inline,
    source: 'http',
    receivedAt: deps.now(),
    ...wishes,
    fileName,
    mediaType,
  })
  if (!inline) await deps.putBlob(bytes)
  const { partition, offset } = await deps.send(record, from)
  const { documentId, sha256 } = record.value
  return {
    documentId,
    sha256: sha256 ?? '',
    bytes: bytes.length,
    mediaType: found,
    fileName: record.value.fileName,
    partition,
    offset: offset.toString(),
  }
}

/** One after the other: one that fails leaves the others be. */
async function takeAll(
  uploads: readonly (UploadedDocument | RefusedUpload)[],
  wishes: Wishes,
  from: SpanContext | null,
  deps: IntakeDeps,
): Promise<(Taken | RefusedUpload)[]> {
  const answers: (Taken | RefusedUpload)[] = []
  for (const upload of uploads) {
    if ('code' in upload) {
      answers.push(upload)
      continue
    }
    try {
      answers.push(await take(upload, wishes, from, deps))
    } catch (error) {
      if (codeOf(error) === 'BUG') throw error
      answers.push({
        fileName: upload.fileName,
        code: codeOf(error),
        message: (error as Error).message,
      })
    }
  }
  return answers
}

function answerMany(
  documents: readonly (Taken | RefusedUpload)[],
  reply: FastifyReply,
): FastifyReply {
  const refused = documents.filter((document): document is RefusedUpload => 'code' in document)
  const status = statusOfMany(documents.length, refused)
  if (refused.some(({ code }) => mayComeBack.has(statusOf(code as ErrorCode))))
    reply.header('retry-after', retryAfterSeconds)
  const [first] = refused
  return status < 400 || first === undefined
    ? reply.code(status).send({ documents })
    : reply.code(status).send({ code: first.code, message: 'none was taken', documents })
}

function statusOfMany(documents: number, refused: readonly RefusedUpload[]): number {
  const [first] = refused
  if (first === undefined) return 202
  return refused.length < documents ? 207 : statusOf(first.code as ErrorCode)
}

function refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // What is left of an upload isn't waited for.
  reply.header('connection', 'close')
  const code = codeOf(error)
  if (code !== 'BUG') {
    const status = statusOf(code)
    const { retryAfter = retryAfterSeconds } = error instanceof ErrataError ? error.facts : {}
    if (mayComeBack.has(status)) reply.header('retry-after', String(retryAfter))
    if (status >= 500) request.log.error({ err: error }, 'a document was not taken')
    return reply.code(status).send({ code, message: error.message })
  }
  const bad = badRequestOf(error)
  if (bad?.status === 413)
    return reply
      .code(413)
      .send({ code: 'DOCUMENT_TOO_LARGE', message: 'the request has too many bytes or parts' })
  if (bad !== null) return reply.code(bad.status).send(bad.failure)
  request.log.error({ err: error }, 'a document was not taken')
  return reply.code(500).send(bug)
}

function statusOf(code: ErrorCode): number {
  if (code === 'DOCUMENT_TOO_LARGE' || code === 'RECORD_TOO_LARGE') return 413
  if (code === 'DOCUMENT_TYPE') return 415
  if (code === 'REQUEST_STALLED') return 408
  if (code === 'UPLOAD_QUOTA') return 429
  const fate = fateOf(new ErrataError(code, ''))
  if (fate === 'dead') return 400
  return fate === 'retry' ? 503 : 500
}
