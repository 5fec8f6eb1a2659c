/**
 * The way in, over real HTTP: what is answered with 202 was kept, and everything else is refused by
 * name.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { openBlobs, sha256Of } from '../../../connectors/blobs/blobs.ts'
import { fastifyServer, httpLimits } from '../../../connectors/http/server.ts'
import { intake, largestRequest, type IntakeDeps } from '../../../connectors/http/intake.ts'
import { openAccess, secure } from '../../../connectors/http/security.ts'
import { openQuota } from '../../../connectors/http/quota.ts'
import { mediaTypeOf } from '../../../connectors/files/media-type.ts'
import { holdToContract } from '../../contract.ts'
import { ErrataError } from '../../../errors.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'
import type { Raw } from '../../../schemas/types.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-intake-'))
const blobs = openBlobs(folder)
const limits = { maxBytes: 200_000, inlineBytes: 1_000 }
let sent: { key: string; value: Raw }[] = []
let away = false
const servers: FastifyInstance[] = []

async function serve(
  change: Partial<IntakeDeps> = {},
  token: string | null = null,
): Promise<string> {
  const app = fastify(
    fastifyServer({
      ...httpLimits,
      windowMs: 1_000,
      windowBytes: 20,
      mostBytes: largestRequest(limits),
    }),
  )
  servers.push(app)
  const access = openAccess({ config: { token, host: '127.0.0.1' } })
  secure(app, access)
  holdToContract(app)
  await intake(app, {
    send: async (record) => {
      if (away) throw new ErrataError('BROKER_UNREACHABLE', 'no broker answers')
      sent.push(record)
      return { partition: 2, offset: 9_007_199_254_740_993n }
    },
    putBlob: blobs.put,
    typeOf: mediaTypeOf,
    guard: access.guard,
    callerOf: ({ ip }) => ip,
    profiles: async () => loadProfiles(),
    config: limits,
    now: () => 1_700_000_000_000,
    ...change,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/documents`
}

let url: string
beforeAll(async () => {
  url = await serve()
})
beforeEach(() => {
  sent = []
  away = false
})
afterAll(async () => {
  await Promise.all(servers.map((app) => app.close()))
  rmSync(folder, { recursive: true })
})

const pdf = (text: string): Buffer => Buffer.from(`%PDF-1.4\n${text}`)
const post = (
  body: Buffer | FormData | string,
  query = '',
  headers: Record<string, string> = {},
): Promise<Response> => fetch(url + query, { method: 'POST', body: body as never, headers })
const form = (
  files: readonly (readonly [string, Buffer])[],
  fields: Record<string, string> = {},
): FormData => {
  const data = new FormData()
  for (const [name, bytes] of files) data.append('file', new Blob([new Uint8Array(bytes)]), name)
  // after the files, which must not matter
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return data
}

describe('a document', () => {
  test('as the body is kept inline, under the hash of its bytes', async () => {
    const bytes = pdf('a')
    const answer = await post(bytes, '?name=in/voice.pdf', { 'content-type': 'application/pdf' })
    expect(answer.status).toBe(202)
    const sha256 = sha256Of(bytes)
    expect(await answer.json()).toEqual({
      documentId: sha256.slice(0, 32),
      sha256,
      bytes: bytes.length,
      mediaType: 'application/pdf',
      fileName: 'voice.pdf',
      partition: 2,
      offset: '9007199254740993',
    })
    expect(sent).toEqual([
      {
        key: sha256.slice(0, 32),
        value: {
          documentId: sha256.slice(0, 32),
          tenant: 'default',
          profile: 'invoice',
          mediaType: 'application/pdf',
          fileName: 'voice.pdf',
          source: 'http',
          sha256,
          bytes,
          receivedAt: 1_700_000_000_000,
          metadata: {},
        },
      },
    ])
  })

  test('that is large goes to the blob store before its record is sent', async () => {
    const bytes = pdf('b'.repeat(100_000))
    expect((await post(bytes)).status).toBe(202)
    expect(sent[0]?.value.bytes).toBeNull()
    expect((await blobs.get(sent[0]?.value.sha256 ?? '')).equals(bytes)).toBe(true)
  })

  test('in a form takes profile, tenant and metadata from fields in any order', async () => {
    const answer = await post(
      form([['scan.pdf', pdf('c')]], {
        profile: 'receipt',
        tenant: 'acme',
        metadata: '{"order":"7"}',
      }),
    )
    expect(answer.status).toBe(202)
    expect(sent[0]?.value).toMatchObject({
      profile: 'receipt',
      tenant: 'acme',
      metadata: { order: '7' },
      fileName: 'scan.pdf',
    })
  })

  test('twice is one document; for another profile or tenant it is another', async () => {
    for (const query of [
      '',
      '',
      '?profile=receipt',
      '?tenant=acme',
      '?profile=receipt&tenant=acme',
    ])
      expect((await post(pdf('d'), query)).status).toBe(202)
    const ids = sent.map((record) => record.key)
    expect(ids[0]).toBe(ids[1])
    expect(new Set(ids).size).toBe(4)
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true)
  })

  test('without a content type is known by its content', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      httpRequest(url, { method: 'POST' }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
        .on('error', reject)
        .end(pdf('e'))
    })
    expect(status).toBe(202)
  })
})

test('several documents are answered one by one, and a bad one leaves the others be', async () => {
  const answer = await post(
    form([
      ['good.pdf', pdf('f')],
      ['bad.txt', Buffer.from('text')],
      ['big.pdf', pdf('g'.repeat(250_000))],
      ['fine.xml', Buffer.from('<Invoice/>')],
    ]),
  )
  expect(answer.status).toBe(207)
  const { documents } = (await answer.json()) as { documents: Record<string, unknown>[] }
  expect(documents.map(({ fileName, code = 'taken' }) => [fileName, code])).toEqual([
    ['good.pdf', 'taken'],
    ['bad.txt', 'DOCUMENT_TYPE'],
    ['big.pdf', 'DOCUMENT_TOO_LARGE'],
    ['fine.xml', 'taken'],
  ])
  expect(sent).toHaveLength(2)
})

describe('a refusal has a code and nothing is sent', () => {
  test.each<[string, () => Promise<Response>, number, string]>([
    ['no bytes', () => post(Buffer.alloc(0)), 400, 'DOCUMENT_EMPTY'],
    ['a form without files', () => post(form([], { profile: 'invoice' })), 400, 'DOCUMENT_EMPTY'],
    ['a text', () => post('Dear Sir'), 415, 'DOCUMENT_TYPE'],
    [
      'JSON',
      () => post('{"a":1}', '', { 'content-type': 'application/json' }),
      415,
      'DOCUMENT_TYPE',
    ],
    ['a large one', () => post(pdf('x'.repeat(300_000))), 413, 'DOCUMENT_TOO_LARGE'],
    [
      'a large one in a form',
      () => post(form([['x.pdf', pdf('x'.repeat(300_000))]])),
      413,
      'DOCUMENT_TOO_LARGE',
    ],
    [
      'a profile that does not exist',
      () => post(pdf('h'), '?profile=nope'),
      400,
      'PROFILE_UNKNOWN',
    ],
    [
      'a profile named like a property',
      () => post(pdf('h'), '?profile=constructor'),
      400,
      'PROFILE_UNKNOWN',
    ],
    ['a tenant with a line break', () => post(pdf('h'), '?tenant=a%0Ab'), 400, 'REQUEST_INVALID'],
    [
      'metadata that is no object of strings',
      () => post(pdf('h'), `?metadata=${encodeURIComponent('{"a":1}')}`),
      400,
      'REQUEST_INVALID',
    ],
    [
      'a broken form',
      () => post('--x\r\nnonsense', '', { 'content-type': 'multipart/form-data; boundary=x' }),
      400,
      'REQUEST_INVALID',
    ],
    [
      'a form without boundary',
      () => post('x', '', { 'content-type': 'multipart/form-data' }),
      400,
      'REQUEST_INVALID',
    ],
  ])('%s', async (_, ask, status, code) => {
    const answer = await ask()
    expect(await answer.json()).toMatchObject({ code })
    expect(answer.status).toBe(status)
    expect(sent).toEqual([])
  })

  test('an endless body is cut off', async () => {
    const status = await new Promise<number>((resolve) => {
      const request = httpRequest(
        url,
        { method: 'POST', headers: { 'transfer-encoding': 'chunked' } },
        (answer) => {
          answer.resume()
          resolve(answer.statusCode ?? 0)
          request.destroy()
        },
      ).on('error', () => undefined)
      const more = (): void => {
        if (!request.destroyed) request.write(pdf('x'.repeat(10_000)), () => setImmediate(more))
      }
      more()
    })
    expect(status).toBe(413)
  })

  test('a broker that is away is 503 with a time to come back', async () => {
    away = true
    const answer = await post(pdf('i'))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.json()).toMatchObject({ code: 'BROKER_UNREACHABLE' })
    const many = await post(
      form([
        ['a.pdf', pdf('j')],
        ['b.pdf', pdf('k')],
      ]),
    )
    expect([many.status, many.headers.get('retry-after')]).toEqual([503, '5'])
  })

  test('a blob store that is full is 503, and no record names what it does not hold', async () => {
    const full = await serve({
      putBlob: async () => {
        throw new ErrataError('DISK_FULL', 'full')
      },
    })
    expect(
      (await fetch(full, { method: 'POST', body: pdf('l'.repeat(5_000)) as never })).status,
    ).toBe(503)
    expect(sent).toEqual([])
  })
})

describe('with a token', () => {
  let closed: string
  beforeAll(async () => {
    closed = await serve({}, 's3cret')
  })
  test.each<[string, Record<string, string>, number]>([
    ['none', {}, 401],
    ['a wrong one', { authorization: 'Bearer s3cre' }, 401],
    ['the right one', { authorization: 'Bearer s3cret' }, 202],
    [
      'the right one from a foreign site',
      { authorization: 'Bearer s3cret', 'sec-fetch-site': 'cross-site' },
      403,
    ],
  ])('%s', async (_, headers, status) =>
    expect((await fetch(closed, { method: 'POST', body: pdf('m') as never, headers })).status).toBe(
      status,
    ),
  )
})

test('a caller who sends too many documents is told when to come back, and nothing of theirs is kept', async () => {
  const limited = await serve({ quota: openQuota('documents', 3, () => 0) })
  const send = (body: Buffer | FormData): Promise<Response> =>
    fetch(limited, { method: 'POST', body: body as never })
  expect(
    (
      await send(
        form([
          ['a', pdf('a')],
          ['b', pdf('b')],
        ]),
      )
    ).status,
  ).toBe(202)
  const refused = await send(
    form([
      ['c', pdf('c')],
      ['d', pdf('d')],
    ]),
  )
  expect([
    refused.status,
    refused.headers.get('retry-after'),
    await refused.json(),
    sent.length,
  ]).toEqual([
    429,
    '20',
    expect.objectContaining({
      code: 'UPLOAD_QUOTA',
      message: 'you are sending too many documents',
    }),
    2,
  ])
  expect([(await send(pdf('e'))).status, (await send(pdf('f'))).status, sent.length]).toEqual([
    202, 429, 3,
  ])
})

describe('a caller who stops sending', () => {
  const sockets: Socket[] = []
  afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()))
  const begin = (
    localAddress: string,
    text: string,
  ): { readonly socket: Socket; readonly ended: Promise<string> } => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress })
    sockets.push(socket)
    let said = ''
    const ended = new Promise<string>((resolve) =>
      socket
        .on('error', () => {})
        .on('data', (chunk) => (said += String(chunk)))
        .on('close', () => resolve(said)),
    )
    socket.write(text)
    return { socket, ended }
  }
  const stall = (address: string): { readonly ended: Promise<string> } =>
    begin(
      address,
      `POST /documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${limits.maxBytes}\r\n\r\n${pdf('x'.repeat(limits.maxBytes - 100)).toString()}`,
    )
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  test('does not close the door for the others, whatever the number of uploads', async () => {
    const stalled = Array.from({ length: 8 }, () => stall('127.0.0.5'))
    await wait(300)
    expect((await post(pdf('y'.repeat(100_000)))).status).toBe(202)
    const answers = await Promise.all(stalled.map(({ ended }) => ended))
    const codes = answers.map((answer) => /"code":"(\w+)"/.exec(answer)?.[1] ?? '').sort()
    expect(codes).toEqual([
      ...Array.from({ length: 4 }, () => 'REQUEST_STALLED'),
      ...Array.from({ length: 4 }, () => 'UPLOAD_QUOTA'),
    ])
    for (const answer of answers)
      expect(answer).toMatch(/^HTTP\/1.1 4(08|29) [\s\S]*retry-after: \d/)
  })

  test('gives back what was held, all callers together', async () => {
    const stalled = ['127.0.0.5', '127.0.0.6'].flatMap((address) =>
      Array.from({ length: 4 }, () => stall(address)),
    )
    await wait(300)
    const refused = await post(pdf('z'.repeat(100_000)))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await refused.json()).toMatchObject({ code: 'INTAKE_BUSY' })
    await Promise.all(stalled.map(({ ended }) => ended))
    expect((await post(pdf('z'.repeat(100_000)))).status).toBe(202)
  })

  test.each([
    'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4',
    'Content-Disposition: form-data; na',
    '',
  ])('in a form is refused in the middle of %j', async (part) => {
    const head = `POST /documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 5000\r\n\r\n--x\r\n${part}`
    expect(await begin('127.0.0.1', head).ended).toMatch(/^HTTP\/1.1 408 [\s\S]*REQUEST_STALLED/)
    expect(sent).toEqual([])
  })
})

describe('a form', () => {
  const boundary = { 'content-type': 'multipart/form-data; boundary=x' }

  test.each(['name="profile"', 'name="file"; filename="a.pdf"'])(
    'of thousands of parts with %s is refused',
    async (name) => {
      const part = `--x\r\nContent-Disposition: form-data; ${name}\r\n\r\n%PDF-1.4\r\n`
      const answer = await post(`${part.repeat(5_000)}--x--\r\n`, '', boundary)
      expect([answer.status, await answer.json()]).toEqual([
        413,
        expect.objectContaining({ code: 'DOCUMENT_TOO_LARGE' }),
      ])
      expect(sent).toEqual([])
    },
  )

  test.each(['name="profil"', 'name="files"; filename="a.pdf"'])(
    'with a part that is not known is refused, and none of its documents is kept: %s',
    async (name) => {
      const part = (head: string): string =>
        `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n%PDF-1.4\r\n`
      const body = `${part('name="file"; filename="a.pdf"')}${part(name)}--x--\r\n`
      const answer = await post(body, '', boundary)
      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({
          code: 'REQUEST_INVALID',
          message: expect.stringContaining(/"(\w+)"/.exec(name)?.[1] ?? ''),
        }),
      ])
      expect(sent).toEqual([])
    },
  )

  test('with a parameter that is not known is refused', async () => {
    const answer = await post(pdf('q'), '?tenent=acme')
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({
        errors: [{ in: 'querystring', pointer: '/tenent', detail: 'is not known' }],
      }),
    ])
    expect(sent).toEqual([])
  })

  test('with a part that never ends is cut off', async () => {
    const status = await new Promise<number>((resolve) => {
      const request = httpRequest(url, { method: 'POST', headers: boundary }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
        request.destroy()
      }).on('error', () => undefined)
      request.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n')
      const more = (): void => {
        if (!request.destroyed) request.write('x'.repeat(20_000), () => setImmediate(more))
      }
      more()
    })
    expect(status).toBe(413)
  })
})
