import fc from 'fast-check'
import { boxAsStored, storedSize, turned } from '../../../processors/document/page-rotation.ts'

const size = fc.record({
  width: fc.integer({ min: 10, max: 5000 }),
  height: fc.integer({ min: 10, max: 5000 }),
})
const turn = fc
  .tuple(fc.constantFrom(0, 90, 180, 270), fc.double({ min: -30, max: 30, noNaN: true }))
  .map(([quarter, slant]) => quarter + slant)

test('a point comes back from the turned page, and the page stays whole on it', () => {
  fc.assert(
    fc.property(
      size,
      turn,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (stored, degrees, along, down) => {
        const page = turned(stored, degrees)
        const [x, y] = [along * stored.width, down * stored.height]
        const [tx, ty] = page.toTurned(x, y)
        expect(tx).toBeGreaterThan(-0.001)
        expect(ty).toBeLessThan(page.height + 0.001)
        const [bx, by] = page.toStored(tx, ty)
        expect([bx, by]).toEqual([expect.closeTo(x, 5), expect.closeTo(y, 5)])
      },
    ),
  )
})

test('the stored size follows from the turned one', () => {
  fc.assert(
    fc.property(size, turn, (stored, degrees) => {
      const { width, height, degrees: turn } = turned(stored, degrees)
      expect(storedSize({ width, height, turn })).toEqual({
        width: expect.closeTo(stored.width, 3),
        height: expect.closeTo(stored.height, 3),
      })
    }),
  )
})

test.each([
  [undefined, [100, 200, 300, 240]],
  [0, [100, 200, 300, 240]],
  [90, [200, 300, 240, 500]], // its top is the left of the stored page
  [180, [300, 360, 500, 400]],
  [270, [160, 100, 200, 300]],
])('a box on a page turned by %s is %j on the stored one', (turn, box) => {
  const page = turn === 90 || turn === 270 ? { width: 60, height: 40 } : { width: 60, height: 60 }
  expect(
    boxAsStored([100, 200, 300, 240], { ...page, ...(turn === undefined ? {} : { turn }) }),
  ).toEqual(box)
})

test('a box on a page that was askew holds its corners, within the page', () => {
  const page = turned({ width: 100, height: 200 }, 10)
  const [x0, y0, x1, y1] = boxAsStored([0, 0, 2000, 2000], { ...page, turn: 10 })
  expect([x0, y0, x1, y1]).toEqual([0, 0, 1000, 2000])
})
