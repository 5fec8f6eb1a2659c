/** All languages and countries of printed documents. */

import { arabic } from '../wording/arabic.ts'
import { bulgarian } from '../wording/bulgarian.ts'
import { chinese } from '../wording/chinese.ts'
import { croatian } from '../wording/croatian.ts'
import { czech } from '../wording/czech.ts'
import { danish } from '../wording/danish.ts'
import { estonian } from '../wording/estonian.ts'
import { finnish } from '../wording/finnish.ts'
import { greek } from '../wording/greek.ts'
import { hebrew } from '../wording/hebrew.ts'
import { hindi } from '../wording/hindi.ts'
import { hungarian } from '../wording/hungarian.ts'
import { indonesian } from '../wording/indonesian.ts'
import { japanese } from '../wording/japanese.ts'
import { korean } from '../wording/korean.ts'
import { latvian } from '../wording/latvian.ts'
import { lithuanian } from '../wording/lithuanian.ts'
import { norwegian } from '../wording/norwegian.ts'
import { polish } from '../wording/polish.ts'
import { portuguese } from '../wording/portuguese.ts'
import { romanian } from '../wording/romanian.ts'
import { slovak } from '../wording/slovak.ts'
import { slovenian } from '../wording/slovenian.ts'
import { swedish } from '../wording/swedish.ts'
import { thai } from '../wording/thai.ts'
import { turkish } from '../wording/turkish.ts'
import { ukrainian } from '../wording/ukrainian.ts'
import { vietnamese } from '../wording/vietnamese.ts'
import type { Labels } from './labels.ts'
import type { Locale, Place, Script } from './locale.ts'
import { brazil } from './places/brazil.ts'
import { bulgaria } from './places/bulgaria.ts'
import { china } from './places/china.ts'
import { croatia } from './places/croatia.ts'
import { czechia } from './places/czechia.ts'
import { denmark } from './places/denmark.ts'
import { emirates } from './places/emirates.ts'
import { estonia } from './places/estonia.ts'
import { finland } from './places/finland.ts'
import { greece } from './places/greece.ts'
import { hungary } from './places/hungary.ts'
import { india } from './places/india.ts'
import { indonesia } from './places/indonesia.ts'
import { israel } from './places/israel.ts'
import { japan } from './places/japan.ts'
import { korea } from './places/korea.ts'
import { latvia } from './places/latvia.ts'
import { lithuania } from './places/lithuania.ts'
import { mexico } from './places/mexico.ts'
import { norway } from './places/norway.ts'
import { poland } from './places/poland.ts'
import { portugal } from './places/portugal.ts'
import { romania } from './places/romania.ts'
import { saudi } from './places/saudi.ts'
import { slovakia } from './places/slovakia.ts'
import { slovenia } from './places/slovenia.ts'
import { sweden } from './places/sweden.ts'
import { thailand } from './places/thailand.ts'
import { turkey } from './places/turkey.ts'
import { ukraine } from './places/ukraine.ts'
import { vietnam } from './places/vietnam.ts'
import { drawnLocales, labelsOf } from './drawn-locales.ts'

const spanish = labelsOf('es')

const others: readonly (readonly [string, Script, Labels, Place])[] = [
  ['pl', 'latin', polish, poland],
  ['pt', 'latin', portuguese, portugal],
  ['pt-BR', 'latin', portuguese, brazil],
  ['es-MX', 'latin', spanish, mexico],
  ['cs', 'latin', czech, czechia],
  ['sk', 'latin', slovak, slovakia],
  ['da', 'latin', danish, denmark],
  ['sv', 'latin', swedish, sweden],
  ['nb', 'latin', norwegian, norway],
  ['fi', 'latin', finnish, finland],
  ['hu', 'latin', hungarian, hungary],
  ['ro', 'latin', romanian, romania],
  ['sl', 'latin', slovenian, slovenia],
  ['hr', 'latin', croatian, croatia],
  ['el', 'greek', greek, greece],
  ['tr', 'latin', turkish, turkey],
  ['ja', 'japanese', japanese, japan],
  ['zh-CN', 'chinese', chinese, china],
  ['ko', 'korean', korean, korea],
  ['ar', 'arabic', arabic, saudi],
  ['ar-AE', 'arabic', arabic, emirates],
  ['he', 'hebrew', hebrew, israel],
  ['hi', 'devanagari', hindi, india],
  ['th', 'thai', thai, thailand],
  ['vi', 'latin', vietnamese, vietnam],
  ['bg', 'cyrillic', bulgarian, bulgaria],
  ['uk', 'cyrillic', ukrainian, ukraine],
  ['id', 'latin', indonesian, indonesia],
  ['et', 'latin', estonian, estonia],
  ['lv', 'latin', latvian, latvia],
  ['lt', 'latin', lithuanian, lithuania],
]

export const locales: readonly Locale[] = [
  ...drawnLocales,
  ...others.map(([language, script, labels, place]) => ({ language, script, labels, place })),
]
