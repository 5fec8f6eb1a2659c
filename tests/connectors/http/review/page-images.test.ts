/** Page images: rendered once, and the one that is needed next before anybody asks for it. */

import { setTimeout as delay } from 'node:timers/promises'
import { ErrataError } from '../../../../errors.ts'
import { makeTask, openReviewServer, type ReviewServer } from '../../../review-server.ts'

let desk: ReviewServer
afterEach(() => desk.close())

const image = { bytes: Buffer.from('image'), mediaType: 'image/webp' }
const task = (id: string, priority: number) =>
  makeTask({ documentId: id, sha256: id.padEnd(64, '0'), priority })

/** Renders at once; `asked` says what was rendered, `first` when the first was. */
function renderer(): {
  readonly asked: string[]
  readonly first: Promise<void>
  readonly pageImage: (sha256: string, page: number, width: number) => Promise<typeof image>
} {
  const asked: string[] = []
  let said = (): void => {}
  const first = new Promise<void>((done) => (said = done))
  return {
    asked,
    first,
    async pageImage(sha256, page, width) {
      asked.push(`${sha256.slice(0, 1)} ${page} ${width}`)
      said()
      return image
    },
  }
}

it('whoever opens the review page finds the first page of the next document rendered', async () => {
  const { asked, first, pageImage } = renderer()
  desk = await openReviewServer([task('a', 3), task('b', 2)], { pageImage })
  await fetch(`${desk.url}/review`)
  await first
  expect((await fetch(`${desk.url}/api/documents/a/pages/1?width=1100`)).status).toBe(200)
  expect(asked).toEqual(['a 1 1200'])
})

it('what somebody else has open is not what comes next', async () => {
  const { asked, first, pageImage } = renderer()
  desk = await openReviewServer([task('a', 3), task('b', 2)], { pageImage })
  await fetch(`${desk.url}/api/tasks/claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ holder: 'ann-page-1', reviewer: 'ann' }),
  })
  await fetch(`${desk.url}/review`)
  await first
  expect(asked).toEqual(['b 1 1200'])
})

it('an image is rendered once for each width, however often it is asked for at once, and again after a failure', async () => {
  let failures = 1
  const { asked, pageImage } = renderer()
  desk = await openReviewServer([task('a', 3)], {
    pageImage: async (sha256, page, width) => {
      const rendered = await pageImage(sha256, page, width)
      if (failures-- > 0) throw new ErrataError('BLOB_MISSING', 'not there yet')
      return rendered
    },
  })
  const get = async (width: number): Promise<number> =>
    (await fetch(`${desk.url}/api/documents/a/pages/1?width=${width}`)).status
  expect(await get(800)).toBe(404)
  expect(await Promise.all([get(800), get(800), get(700), get(1600)])).toEqual([200, 200, 200, 200])
  expect(asked).toEqual(['a 1 800', 'a 1 800', 'a 1 1600'])
})

it('images that nobody waits for any more are not rendered, and small ones come last', async () => {
  const asked: string[] = []
  let go = (): void => {}
  const held = new Promise<void>((done) => (go = done))
  desk = await openReviewServer([manyPages(40)], {
    async pageImage(_, page, width) {
      asked.push(`${page} ${width}`)
      await held
      return image
    },
  })
  const get = (page: number, width: number, signal?: AbortSignal) =>
    fetch(`${desk.url}/api/documents/d-1/pages/${page}?width=${width}`, signal ? { signal } : {})
  const first = [1, 2, 3].map((page) => get(page, 800))
  while (asked.length < 3) await delay(5)
  const small = get(4, 200)
  await delay(50) // arrives before the others
  const scrolled = new AbortController()
  const past = Array.from({ length: 30 }, (_, i) => get(i + 5, 800, scrolled.signal))
  const last = get(40, 800)
  await delay(200)
  expect(asked).toHaveLength(3) // however many ask
  scrolled.abort()
  await Promise.allSettled(past)
  await delay(100)
  go()
  const answers = await Promise.all([...first, small, last])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(asked.slice(3)).toEqual(['40 800', '4 200'])
})

it('keeps so many bytes of images, those that were used last', async () => {
  const asked: number[] = []
  desk = await openReviewServer([manyPages(5)], {
    async pageImage(_, page) {
      asked.push(page)
      return { bytes: Buffer.alloc(5_000_000), mediaType: 'image/webp' }
    },
  })
  for (const page of [1, 2, 3, 1, 4, 1, 2])
    expect((await fetch(`${desk.url}/api/documents/d-1/pages/${page}`)).status).toBe(200)
  expect(asked).toEqual([1, 2, 3, 4, 2])
})

it.each([
  ['pages/0', 400],
  ['pages/-1', 400],
  ['pages/1.5', 400],
  ['pages/x', 400],
  ['pages/1?width=0', 400],
  ['pages/1?width=10001', 400],
  ['pages/1?width=1e9', 400],
  ['pages/2', 404],
  ['pages/999999999999', 404],
])('refuses the page %s with a problem, and renders nothing', async (path, status) => {
  const { asked, pageImage } = renderer()
  desk = await openReviewServer([task('a', 3)], { pageImage })
  const answer = await fetch(`${desk.url}/api/documents/a/${path}`)
  expect([answer.status, answer.headers.get('content-type'), asked]).toEqual([
    status,
    'application/problem+json',
    [],
  ])
})

const manyPages = (count: number) =>
  makeTask({
    pages: Array.from({ length: count }, (_, i) => ({
      number: i + 1,
      width: 595,
      height: 842,
      unit: 'pt' as const,
      source: 'text_layer' as const,
    })),
  })
