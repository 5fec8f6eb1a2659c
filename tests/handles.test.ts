import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { canCount, grown, handlesOf } from './faults/real/handles.ts'

const self = { names: () => ['self'], get: () => ({ pid: process.pid }) }
const now = () => handlesOf(self)
const many = 20

if (!canCount) console.warn('SKIPPED: no /proc on this machine')

;(canCount ? describe : describe.skip)('the checker of handles', () => {
  // of each test by itself: files that ran before in this process may still be closing theirs
  let before: ReturnType<typeof now>
  beforeEach(() => {
    before = now()
  })

  test('finds nothing where nothing more is open', () => {
    expect(grown(before, now())).toEqual([])
  })

  test('finds files that stay open', () => {
    const files = Array.from({ length: many }, () => openSync('/dev/null', 'r'))
    expect(grown(before, now()).join()).toMatch(/^self holds \d+ files, \d+ before$/)
    for (const file of files) closeSync(file)
  })

  test('finds sockets that stay open', async () => {
    const taken: Socket[] = []
    const server = createServer((socket) => taken.push(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const opened = Array.from({ length: many }, () => connect(port, '127.0.0.1'))
    const connected = opened.map(
      (socket) => new Promise((resolve) => socket.on('connect', resolve)),
    )
    await Promise.all(connected)
    expect(grown(before, now()).join()).toMatch(/self holds \d+ sockets/)
    for (const socket of [...opened, ...taken]) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  test('finds processes that still run', async () => {
    const children = Array.from({ length: 4 }, () => spawn('sleep', ['60'], { stdio: 'ignore' }))
    expect(grown(before, now()).join()).toMatch(/self holds \d+ processes/)
    const ends = children.map((child) => new Promise((resolve) => child.once('exit', resolve)))
    for (const child of children) child.kill()
    await Promise.all(ends)
  })
})
