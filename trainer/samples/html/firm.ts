/** Companies of a country: names, addresses, tax numbers with right check digits, accounts. */

import { isIban, isVatId } from '../../../processors/values/identifiers.ts'
import type { SampleRandom } from '../random.ts'
import { ibanOf, vatIdOf } from '../registers.ts'
import type { Part } from '../specimens.ts'
import { options, type Locale, type Place } from './locale.ts'

export interface Firm {
  readonly name: string // with the legal form
  readonly short: string
  readonly person: string
  readonly address: readonly string[] // street first
  readonly country: string
  readonly vatId: string | null
  readonly register: string // another number of the company
  readonly iban: string | null
  readonly account: string
  readonly bic: string
  readonly bank: string
  readonly phone: string
  readonly mail: string
  readonly web: string
}

const stems =
  'Nova Lumi Tec Alto Verde Kron Orbi Sol Quanta Zen Brio Mara Pixel Vecto Hydra Astra Delta Omni Terra Vento Cubo Silva Axio Inno Opti Mono Vita Helio Luna Corvo Arden Belmo Cardo Elara Ferro Gala Iris Jura Kobalt Lyra Meridian Nexo Pallas Rubin Sable Tango Ursa Volta Wexo Yara Zephyr'.split(
    ' ',
  )
const tails =
  'tec soft line ware works plan logic form point wave net plus base flow data lab star link media care print pack parts food print mar dent'.split(
    ' ',
  )
const tries = 20_000 // one number in up to 121 fits by chance

export function firmOf(locale: Locale, random: SampleRandom, part: Part, isPerson = false): Firm {
  const { place } = locale
  const person = personOf(place, random)
  const short = isPerson ? person : companyNameOf(locale, person, part, random)
  const alone = isPerson || random.chance(0.18)
  const name = alone ? short : random.pick(options(place.forms)).replace('{n}', short)
  const domain = `${random.pick(stems)}${random.pick(tails)}`.toLowerCase()
  return {
    name,
    short,
    person,
    address: addressOf(place, random),
    country: place.name,
    vatId: isPerson ? null : taxNumberOf(place, random),
    register: `${random.pick(['', '', 'HRB ', 'B ', 'No. '])}${random.digits(random.int(5, 9))}`,
    iban: accountOf(place, random),
    account: `${random.digits(random.int(3, 5))}${random.pick(['', '-', ' '])}${random.digits(6)}`,
    bic: `${letters(4, random)}${place.code}${letters(1, random)}${random.int(1, 9)}${random.pick(['', 'XXX'])}`,
    bank: random.pick(options(place.banks)),
    phone: place.phone.replace(/#/g, () => String(random.int(1, 9))),
    mail: `${random.pick(['info', 'office', 'billing', 'hello', 'kontakt'])}@${domain}.example`,
    web: `www.${domain}.example`,
  }
}

export function personOf(place: Place, random: SampleRandom): string {
  const [given, surname] = [
    random.pick(options(place.givenNames)),
    random.pick(options(place.surnames)),
  ]
  const gap = /^[\u3000-\u9fff\uac00-\ud7af]/.test(surname) ? random.pick(['', ' ']) : ' '
  return place.surnameFirst === true ? `${surname}${gap}${given}` : `${given} ${surname}`
}

function companyNameOf(locale: Locale, person: string, part: Part, random: SampleRandom): string {
  const known = random.chance(0.6) ? locale.companyName?.(random, part) : undefined
  return known ?? shortName(locale, person, random)
}

function shortName({ place, script }: Locale, person: string, random: SampleRandom): string {
  const trade = random.pick(options(place.trades))
  const surname = random.pick(options(place.surnames))
  const stem = random.pick(stems)
  const other = random.pick(options(place.surnames))
  const tight = script === 'japanese' || script === 'chinese'
  if (tight || script === 'korean')
    return random.pick([
      `${surname}${trade}`,
      `${surname}${trade}`,
      `${surname}${other}${trade}`,
      `${stem}${trade}`,
    ])
  return random.pick([
    `${stem}${random.pick(tails)}`,
    `${stem} ${trade}`,
    `${surname} ${trade}`,
    `${trade} ${surname}`,
    `${surname} & ${other}`,
    `${stem}${random.pick(tails)} ${trade}`,
    `${trade} ${random
      .pick(options(place.towns))
      .replace(/[\d-]+ ?\d*/g, '')
      .trim()}`,
    `${letters(3, random)} ${trade}`,
    person,
  ])
}

function addressOf(place: Place, random: SampleRandom): string[] {
  const street = place.street
    .replace('{s}', random.pick(options(place.streets)))
    .replace(
      '{n}',
      `${random.int(1, 190)}${random.chance(0.1) ? random.pick(['a', 'b', '/2']) : ''}`,
    )
  return [street, random.pick(options(place.towns))]
}

/** A tax number of the country: with right check digits where there is a public rule. */
export function taxNumberOf(place: Place, random: SampleRandom): string | null {
  const known = vatIdOf(place.code, random)
  if (known !== null || place.vat === '') return known
  return found(
    () => filled(place.vat, random),
    (id) => isVatId(id) !== false,
  )
}

export function accountOf(place: Place, random: SampleRandom): string | null {
  const known = ibanOf(place.code, random)
  if (known !== null || place.iban === '') return known
  return found(() => withCheckDigits(place.code, filled(place.iban, random)), isIban)
}

function filled(structure: string, random: SampleRandom): string {
  return structure.replace(/[#@]/g, (sign) =>
    sign === '#' ? random.digits(1) : letters(1, random),
  )
}

function letters(count: number, random: SampleRandom): string {
  return Array.from({ length: count }, () => random.pick([...'ABCDEFGHKLMNPRSTUVW'])).join('')
}

function found(make: () => string, right: (id: string) => boolean): string {
  let last = make()
  for (let i = 0; i < tries && !right(last); i++) last = make()
  return last
}

// ISO 13616: the country and "00" go to the end, letters become two digits
function withCheckDigits(country: string, account: string): string {
  const digits = [...`${account}${country}00`]
    .map((sign) => (/[A-Z]/.test(sign) ? String(sign.charCodeAt(0) - 55) : sign))
    .join('')
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${account}`
}
