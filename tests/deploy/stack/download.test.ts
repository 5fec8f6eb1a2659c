import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adopt, download } from '../../../deploy/stack/download.ts'

const good = Buffer.from('the right bytes, all of them')
const bad = Buffer.from('the wrong bytes, all of them')
const content = { bytes: good.length, sha256: createHash('sha256').update(good).digest('hex') }

let folder: string
let asked: (string | undefined)[] // the range header of each request
let answer: (request: IncomingMessage, response: ServerResponse, count: number) => void
const server = createServer((request, response) => {
  asked.push(request.headers.range)
  answer(request, response, asked.length)
})
const path = (): string => join(folder, 'file.jar')
const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.jar`

beforeAll((done) => void server.listen(0, '127.0.0.1', () => done()))
afterAll((done) => {
  server.closeAllConnections()
  server.close(() => done())
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errata-download-'))
  asked = []
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a download', () => {
  test('is in its place, whole, and nothing else is', async () => {
    answer = (_, response) => response.end(good)
    await download(url(), path(), content)
    expect(readFileSync(path())).toEqual(good)
    expect(existsSync(`${path()}.part`)).toBe(false)
  })

  test('goes on where the connection broke', async () => {
    answer = (request, response, count) => {
      if (count === 1) {
        response.writeHead(200, { 'content-length': good.length })
        response.write(good.subarray(0, 10))
        // Broken once the bytes have arrived: what a connection still holds when it breaks may be
        // lost.
        const look = setInterval(() => {
          if (!existsSync(`${path()}.part`) || statSync(`${path()}.part`).size < 10) return
          clearInterval(look)
          response.destroy()
        }, 10)
      } else {
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
        response.writeHead(206).end(good.subarray(from))
      }
    }
    await download(url(), path(), content)
    expect(asked).toEqual([undefined, 'bytes=10-'])
    expect(readFileSync(path())).toEqual(good)
  })

  test('begins again where the server knows no ranges', async () => {
    writeFileSync(`${path()}.part`, bad.subarray(0, 10))
    answer = (_, response) => response.end(good)
    await download(url(), path(), content)
    expect(readFileSync(path())).toEqual(good)
  })

  test('takes nothing over from an earlier try that went wrong', async () => {
    writeFileSync(`${path()}.part`, bad)
    answer = (_, response) => response.end(good)
    await download(url(), path(), content)
    expect(readFileSync(path())).toEqual(good)
  })

  test('refuses bytes that are not the right ones, after asking twice', async () => {
    answer = (_, response) => response.end(bad)
    await expect(download(url(), path(), content)).rejects.toMatchObject({
      code: 'STACK_UNAVAILABLE',
    })
    expect(asked).toHaveLength(2)
    expect(existsSync(path())).toBe(false)
    expect(existsSync(`${path()}.part`)).toBe(false)
  })

  test('does not ask again for what is not there', async () => {
    answer = (_, response) => response.writeHead(404).end()
    await expect(download(url(), path(), content)).rejects.toMatchObject({
      code: 'STACK_UNAVAILABLE',
      message: expect.stringContaining('404') as string,
    })
    expect(asked).toHaveLength(1)
  })

  test('survives a server that is busy for a moment', async () => {
    answer = (_, response, count) =>
      count === 1 ? response.writeHead(503).end() : response.end(good)
    await download(url(), path(), content)
    expect(readFileSync(path())).toEqual(good)
  })
})

describe('a file that something else fetched', () => {
  test('is taken when it is right and left out when it is not', async () => {
    writeFileSync(join(folder, 'right'), good)
    writeFileSync(join(folder, 'wrong'), bad)
    await adopt(join(folder, 'right'), path(), content)
    expect(readFileSync(path())).toEqual(good)
    await expect(
      adopt(join(folder, 'wrong'), join(folder, 'other.jar'), content),
    ).rejects.toMatchObject({ code: 'STACK_UNAVAILABLE' })
    await expect(
      adopt(join(folder, 'absent'), join(folder, 'other.jar'), content),
    ).rejects.toMatchObject({ code: 'STACK_UNAVAILABLE' })
    expect(existsSync(join(folder, 'other.jar'))).toBe(false)
  })
})
