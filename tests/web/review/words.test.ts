import { complete } from '../../../web/review/completions.ts'
import { commandOf, type Situation } from '../../../web/review/keyboard.ts'
import {
  freePlace,
  pageWords,
  printedAs,
  runs,
  textOfWords,
  wordAt,
  wordsIn,
} from '../../../web/review/words.ts'
import { makeTask } from '../../review-server.ts'

const words = pageWords(
  makeTask({}, [
    [10, 20, 10, 'Total EUR 12.50'],
    [10, 40, 10, 'Total due'],
    [10, 20, 10, 'Totally other', 2],
  ]).words,
)

describe('words on the screen', () => {
  it('finds the word under the pointer, or one just missed, on the right page', () => {
    const { x0, y0, x1, y1 } = words.box(0)
    expect([
      wordAt(words, 1, (x0 + x1) / 2, (y0 + y1) / 2, 0),
      wordAt(words, 1, x0 - 3, y0, 5),
      wordAt(words, 1, x0 - 9, y0, 5),
      wordAt(words, 3, x0, y0, 5),
    ]).toEqual([0, 0, null, null])
    expect(wordAt(words, 2, x0 + 1, y0 + 1, 0)).toBe(5)
  })

  it('selects by a box the words that are mostly in it', () => {
    const [first, third] = [words.box(0), words.box(2)]
    expect(wordsIn(words, 1, { x0: first.x0, y0: first.y0, x1: third.x1, y1: third.y1 })).toEqual([
      0, 1, 2,
    ])
    expect(wordsIn(words, 1, { x0: 0, y0: 0, x1: first.x0 + 1, y1: 9_999 })).toEqual([])
    expect(
      wordsIn(words, 1, {
        x0: first.x0 + 20,
        y0: first.y0 + 10,
        x1: first.x0 + 40,
        y1: first.y1 - 10,
      }),
    ).toEqual([0]) // a box within a word selects the word
  })

  it('draws one box for each line of a field’s words', () => {
    expect(runs(words, [0, 1, 2, 3, 5], 1)).toHaveLength(2)
    expect(runs(words, [0, 2], 1)[0]).toEqual({ ...words.box(0), x1: words.box(2).x1 })
  })

  it('completes from printed text: within a line, each text once, same letter case first', () => {
    const texts = (typed: string, most: number, type: 'id' | 'text') =>
      complete(words, typed, most, type).map((completion) => completion.text)
    expect(texts('tot', 10, 'id')).toEqual([
      'Total EUR 12.50',
      'Total',
      'Totally',
      'Total EUR',
      'Total due',
      'Totally other',
    ]) // with a digit first
    expect(texts('Tot', 4, 'text')).toEqual([
      'Total EUR 12.50',
      'Total due',
      'Totally other',
      'Total',
    ]) // whole phrases first
    expect(complete(words, 'eur 12', 10, 'money')).toEqual([{ text: 'EUR 12.50', words: [1, 2] }])
    const columns = pageWords(
      makeTask({}, [
        [10, 20, 10, 'Bill to Ada Ltd'],
        [200, 20, 10, 'Ada Street 4'],
      ]).words,
    )
    expect(complete(columns, 'A', 2, 'text').map((completion) => completion.text)).toEqual([
      'Ada Ltd',
      'Ada Street 4',
    ])
    const table = pageWords(
      makeTask({}, [
        [10, 20, 9, '194,00'],
        [90, 20, 9, '20%'],
        [10, 40, 9, '19.04.2026'],
        [10, 60, 9, '19 April 2026'],
      ]).words,
    )
    const offered = (type: 'date' | 'money') =>
      complete(table, '19', 10, type).map((completion) => completion.text)
    expect(offered('date')).toEqual(['19.04.2026', '19 April 2026', '194,00', '19', '19 April'])
    // and no text across columns
    expect(offered('money')).toEqual(['194,00', '19', '19.04.2026', '19 April', '19 April 2026'])
    expect([
      complete(words, '', 10, 'text'),
      complete(words, 'zzz', 10, 'text'),
      textOfWords(words, [3, 4]),
    ]).toEqual([[], [], 'Total due'])
  })
})

describe('around a value', () => {
  const page = pageWords(
    makeTask({}, [
      [56, 174, 10, 'Atelier Sommer'],
      [56, 188, 10, 'Lindenweg 4'],
      [360, 174, 10, 'Rechnung Nr. RE-817'],
      [360, 188, 10, 'Datum 14.03.2024'],
    ]).words,
  )
  const sheet = { wide: 5950, high: 8420 }
  const size = { wide: 700, high: 140 }

  it('a label is shown as it is printed, also if its words are in two columns', () => {
    expect([
      printedAs(page, 'rechnungnr'),
      printedAs(page, 'sommerrechnungnr'),
      printedAs(page, 'nowhere'),
    ]).toEqual(['Rechnung Nr.', 'Sommer Rechnung Nr.', 'nowhere'])
  })

  it('a field’s name is placed where nothing is printed, or nowhere', () => {
    const value = page.box(page.count - 1) // above it is another value
    const free = freePlace(page, 1, value, size, sheet)
    expect(free?.y0).toBeGreaterThan(value.y1)
    expect(freePlace(page, 1, value, { ...size, wide: 6000 }, sheet)).toBeNull()
    expect(
      freePlace(page, 1, value, { ...size, high: 5000 }, { wide: 5950, high: 5100 }),
    ).toBeNull()
  })
})

describe('a key', () => {
  const key = (
    name: string,
    situation: Partial<Situation> = {},
    held: Partial<KeyboardEvent> = {},
  ) =>
    commandOf(
      {
        key: name,
        code: '',
        ctrlKey: false,
        metaKey: false,
        altKey: false,
        shiftKey: false,
        isComposing: false,
        ...held,
      },
      { typing: false, changed: false, onControl: false, inGrid: false, ...situation },
    )

  it.each([
    ['Delete', 'absent'],
    ['Enter', 'confirm'],
    ['Tab', 'next'],
    ['F2', 'edit'],
    ['?', 'help'],
    ['F1', 'help'],
    ['PageDown', 'pageDown'],
  ])('%s means %s', (name, command) => {
    expect(key(name)).toBe(command)
  })

  it.each(['x', 's', 'r', '?', '+', '0', 'Delete', 'Backspace', 'ArrowLeft'])(
    '%s keeps its own meaning while a value is typed',
    (name) => {
      expect(key(name, { typing: true })).toBeNull()
    },
  )

  it('begins a value with any printable character but ?: none is a command, and none is lost', () => {
    const printed = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
      .filter((sign) => !' ?'.includes(sign))
      .concat('é', '€', '−', '字')
    for (const inGrid of [false, true])
      expect(
        printed.filter(
          (sign) => JSON.stringify(key(sign, { inGrid })) !== JSON.stringify({ type: sign }),
        ),
      ).toEqual([])
    expect([key(' '), key('F5'), key('@', {}, { altKey: true, ctrlKey: true })]).toEqual([
      null,
      null,
      { type: '@' },
    ])
  })

  it.each([
    ['s', 'KeyS', false, 'postpone'],
    ['p', 'KeyP', false, 'back'],
    ['Enter', 'Enter', false, 'addRow'],
    ['Enter', 'Enter', true, 'duplicateRow'],
    ['ß', 'KeyS', false, 'postpone'],
    ['ç', 'KeyC', false, 'candidate'],
    ['Ç', 'KeyC', true, 'candidateBack'],
    ['+', 'BracketRight', false, 'zoomIn'],
    ['–', 'Minus', false, 'zoomOut'],
    ['e', 'KeyE', false, null],
  ])('Alt with %s (%s) is a command, whatever it prints', (name, code, shiftKey, command) => {
    expect(key(name, {}, { altKey: true, code, shiftKey })).toBe(command)
  })

  it('undoes the text while it is being changed, and the session otherwise', () => {
    expect([
      key('z', { typing: true, changed: true }, { ctrlKey: true }),
      key('z', { typing: true }, { ctrlKey: true }),
      key('Z', {}, { metaKey: true, shiftKey: true }),
      key('y', {}, { ctrlKey: true }),
    ]).toEqual([null, 'undo', 'redo', 'redo'])
  })

  it('leaves keys to buttons, input methods and the browser', () => {
    expect([
      key('Enter', { onControl: true }),
      key('Tab', { onControl: true }),
      key('x', {}, { isComposing: true }),
      key('c', {}, { ctrlKey: true }),
      key('ArrowLeft', {}, { altKey: true }),
    ]).toEqual([null, null, null, null, null])
  })
})
