/** Type, colours and distances of a printed document, as a style sheet of its own. */

import type { SampleRandom } from '../random.ts'
import type { Locale, Script } from './locale.ts'

export interface Look {
  readonly page: 'A4' | 'Letter'
  readonly margin: number // millimetres
  readonly size: number // points
  readonly accent: string
  readonly pale: string
  readonly colon: string
  readonly between: string // between labels of two languages
  readonly gap: number // points between blocks
  readonly css: string
}

// The first family that is installed; the last one says which kind the system may take
const latin = [
  'Liberation Sans, Arial, sans-serif',
  'Liberation Sans, Arial, sans-serif',
  'Liberation Sans Narrow, Arial Narrow, sans-serif',
  'Liberation Serif, Times New Roman, serif',
  'Liberation Mono, Courier New, monospace',
  'DejaVu Sans, sans-serif',
  'DejaVu Serif, serif',
  'DejaVu Sans Condensed, DejaVu Sans, sans-serif',
  'Noto Sans, sans-serif',
  'Noto Sans, sans-serif',
  'Noto Serif, serif',
  'Noto Sans Display, Noto Sans, sans-serif',
]
const families: Readonly<Record<Script, readonly string[]>> = {
  latin,
  greek: latin.filter((family) => !family.includes('Narrow')),
  cyrillic: latin.filter((family) => !family.includes('Narrow')),
  arabic: ['Noto Sans Arabic', 'Noto Naskh Arabic', 'Noto Kufi Arabic', 'DejaVu Sans'],
  hebrew: ['Noto Sans Hebrew', 'Noto Serif Hebrew', 'DejaVu Sans'],
  devanagari: ['Noto Sans Devanagari', 'Noto Serif Devanagari'],
  thai: ['Noto Sans Thai', 'Noto Serif Thai', 'Noto Looped Thai'],
  japanese: ['Noto Sans CJK JP', 'Noto Serif CJK JP'],
  chinese: ['Noto Sans CJK SC', 'Noto Serif CJK SC'],
  korean: ['Noto Sans CJK KR', 'Noto Serif CJK KR'],
}
const accents = '#000 #1b3a73 #8c1a1f #0d664d #d96a0d #4d4d59 #592680 #007399 #333 #b3124f'.split(
  ' ',
)
const pales = '#eee #f4f4f4 #e6eef8 #f8efe6 #e9f3ec #ddd #fff'.split(' ')

const letters: Readonly<Record<Script, string>> = {
  latin: 'a',
  greek: 'α',
  cyrillic: 'ж',
  arabic: 'ب',
  hebrew: 'ב',
  devanagari: 'क',
  thai: 'ก',
  japanese: 'あ',
  chinese: '请',
  korean: '개',
}

/** Every typeface that a look may ask for, with a letter that it has. */
export const typefaces: readonly (readonly [family: string, letter: string])[] = [
  ...new Map(
    Object.entries(families).flatMap(([script, list]) =>
      list.map((family) => [firstOf(family), letters[script as Script]] as const),
    ),
  ),
]

function firstOf(family: string): string {
  return family.split(',')[0] ?? family
}

/** The typefaces of a script. */
export function typefacesOf(script: Script): readonly string[] {
  return families[script].map(firstOf)
}

export function lookOf(locale: Locale, random: SampleRandom): Look {
  const family = random.pick(families[locale.script])
  const size = 6.8 + random.next() * 4.2
  const accent = random.pick(accents)
  const look = {
    page: locale.place.code === 'US' ? ('Letter' as const) : ('A4' as const),
    margin: random.int(9, 24),
    size,
    accent,
    pale: random.pick(pales),
    colon: colonOf(locale, random),
    between: random.pick([' / ', ' ', ' / ', ' | ']),
    gap: random.int(4, 26),
  }
  return { ...look, css: cssOf(locale, family, look, random) }
}

function colonOf({ language, script }: Locale, random: SampleRandom): string {
  if (script === 'japanese' || script === 'chinese') return random.pick(['：', ':', '', '：'])
  return random.pick([':', ':', ':', '', '', language === 'fr' ? ' :' : ':'])
}

function cssOf(
  locale: Locale,
  family: string,
  { size, accent, gap }: Omit<Look, 'css'>,
  random: SampleRandom,
): string {
  const label = [
    random.chance(0.35) ? 'font-weight:bold' : '',
    random.chance(0.25) ? `color:${random.pick([accent, '#666', '#777'])}` : '',
    random.chance(0.12) ? 'text-transform:uppercase' : '',
    random.chance(0.2) ? 'font-size:88%' : '',
    random.chance(0.05) ? 'font-style:italic' : '',
  ]
  const rules: [string, string[]][] = [
    [
      '',
      [
        `font:${size.toFixed(1)}pt ${family}${locale.script === 'latin' ? '' : ', Noto Sans, sans-serif'}`,
        `line-height:${(1.12 + random.next() * 0.45).toFixed(2)}`,
        random.chance(0.08) ? 'letter-spacing:.03em' : '',
      ],
    ],
    [' .l', label],
    [' .v', [random.chance(0.12) ? 'font-weight:bold' : '']],
    [
      ' .t',
      [`font-size:${random.pick([100, 115, 130, 150, 180, 220])}%`, titleStyle(accent, random)],
    ],
    [' .b', [`font-size:${random.pick([100, 120, 140, 180, 230])}%`, titleStyle(accent, random)]],
    [' .s', [`font-size:${random.int(72, 92)}%`]],
    [' .c>*+*', [`margin-top:${(gap * random.pick([0.4, 0.7, 1])).toFixed(0)}pt`]],
    // Items of a list may be apart, and then a line that wraps is closer to its continuation
    [' .c>div>div+div', [random.chance(0.15) ? `margin-top:${random.int(1, 6)}pt` : '']],
    [' .row', [`margin-top:${gap}pt`, `gap:${random.int(6, 26)}pt`]],
    [' td', [`padding:${random.int(0, 5)}pt ${random.int(2, 7)}pt`]],
    [' th', [`padding:${random.int(0, 5)}pt ${random.int(2, 7)}pt`, thStyle(random)]],
  ]
  return rules
    .map(([selector, style]) => `@@${selector}{${style.filter((one) => one !== '').join(';')}}`)
    .join('\n')
}

function titleStyle(accent: string, random: SampleRandom): string {
  return [
    random.chance(0.6) ? 'font-weight:bold' : '',
    random.chance(0.5) ? `color:${accent}` : '',
    random.chance(0.2) ? 'text-transform:uppercase' : '',
    random.chance(0.08) ? 'letter-spacing:.12em' : '',
  ]
    .filter((one) => one !== '')
    .join(';')
}

function thStyle(random: SampleRandom): string {
  return random.pick([
    'font-weight:bold',
    'font-weight:bold',
    'font-weight:normal',
    'font-size:88%',
  ])
}

/** Rules that all documents share. */
export const commonCss = `
*{box-sizing:border-box;margin:0;padding:0}
a{color:inherit;text-decoration:none}
section{break-before:page;display:flex;flex-direction:column;background:#fff}
section:first-of-type{break-before:auto}
.n{white-space:nowrap}
.row{display:grid}
table{border-collapse:collapse;border-spacing:0}
th,td{text-align:start;vertical-align:top}
tr{break-inside:avoid}
.push{margin-top:auto!important}
.v{white-space:nowrap}
`
