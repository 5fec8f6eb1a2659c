/** Page images: rendered once, and the one that is needed next before anybody asks for it. */

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
