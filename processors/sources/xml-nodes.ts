/**
 * Looks up values in parsed XML by path. The XML is untrusted: values are bounded, and only XML's
 * five predefined entities and character references are resolved.
 */

import { decimal, minus, print, sum, type Decimal } from '../values/money.ts'

const maxValue = 4000 // characters of one value
const longestEscaped = 10 * maxValue // in the XML source: &#1114111; is one character

type Normalise = (text: string) => string | null
/**
 * Paths of values: segments by local name, alternatives separated by |, `[name=value]` for an
 * attribute or a child, `[name=]` for one that is missing.
 */
export interface XmlPlace {
  readonly path: string
  readonly normalise: Normalise
  /**
   * Paths below the node whose texts make up the value: those of one line joined by `glue` (a space
   * otherwise), lines by commas.
   */
  readonly parts?: readonly (readonly string[])[]
  readonly glue?: string
  /** The value is the sum of all amounts at the path, where each can be read. */
  readonly isSum?: boolean
  /** Path of amounts that are taken off the sum. */
  readonly less?: string
}

export interface XmlNode {
  readonly node: unknown
  readonly path: string
}

/** The first value at a path that can be normalised, with its path. */
export function firstValue(
  start: XmlNode,
  place: XmlPlace,
): { value: string; path: string } | null {
  if (place.isSum === true) return summed(start, place)
  for (const found of nodesAt(start, place.path)) {
    const text =
      place.parts === undefined ? textOf(found.node) : joined(found, place.parts, place.glue)
    const value = text === null || text.length > maxValue ? null : place.normalise(text)
    if (value !== null) return { value, path: found.path }
  }
  return null
}

function summed(
  start: XmlNode,
  { path, less, normalise }: XmlPlace,
): { value: string; path: string } | null {
  const added = amountsAt(start, path, normalise)
  const taken = less === undefined ? nothing : amountsAt(start, less, normalise)
  return added === null || taken === null
    ? null
    : { value: print(minus(added, taken)), path: `${start.path}/${path}` }
}

const nothing: Decimal = { units: 0n, scale: 0 }

/** The sum; null where there is none, or one can't be read. */
function amountsAt(start: XmlNode, path: string, normalise: Normalise): Decimal | null {
  const amounts = nodesAt(start, path).map(({ node }) => decimal(normalise(textOf(node) ?? '')))
  const known = amounts.filter((amount) => amount !== null)
  return known.length === 0 || known.length < amounts.length ? null : sum(known)
}

function joined(start: XmlNode, parts: readonly (readonly string[])[], glue = ' '): string | null {
  const lines = parts.map((line) => line.flatMap((path) => textsAt(start, path)).join(glue))
  const said = lines.filter((line) => line !== '')
  return said.length === 0 ? null : said.join(', ')
}

function textsAt(start: XmlNode, path: string): string[] {
  return nodesAt(start, path)
    .map(({ node }) => textOf(node) ?? '')
    .filter((text) => text !== '')
}

/** All nodes at a path. */
export function nodesAt(start: XmlNode, path: string): XmlNode[] {
  let here: XmlNode[] = [start]
  for (const segment of splitPath(path)) {
    const [, names = '', key, wanted] = /^([^[]+)(?:\[(.+)=(.*)\])?$/.exec(segment) ?? []
    const next: XmlNode[] = []
    for (const { node, path: at } of here) {
      if (typeof node !== 'object' || node === null) continue
      for (const name of names.split('|')) {
        if (!Object.hasOwn(node, name)) continue
        const child = (node as Record<string, unknown>)[name]
        const several = Array.isArray(child) ? child : [child]
        several.forEach((one, index) => {
          if (key === undefined || (conditionOf(one, key) ?? '') === wanted)
            next.push({
              node: one,
              path: `${at}/${name}${several.length > 1 ? `[${index + 1}]` : ''}`,
            })
        })
      }
    }
    here = next
  }
  return here
}

/** Segments of a path; a slash inside brackets belongs to the condition. */
function splitPath(path: string): string[] {
  return path.split(/\/(?![^[]*\])/)
}

function conditionOf(node: unknown, key: string): string | null {
  if (typeof node !== 'object' || node === null) return null
  const attribute = (node as Record<string, unknown>)[`@${key}`]
  if (typeof attribute === 'string') return attribute
  const child = nodesAt({ node, path: '' }, key)[0]
  return child === undefined ? null : textOf(child.node)
}

const addressParts = ['LineOne', 'LineTwo', 'LineThree', 'AdditionalStreetName']

function textOf(node: unknown): string | null {
  if (typeof node === 'string') return unescaped(node)
  if (typeof node !== 'object' || node === null) return null
  const record = node as Record<string, unknown>
  if (typeof record['#text'] === 'string') return unescaped(record['#text'])
  const part = (name: string): string[] =>
    typeof record[name] === 'string' && record[name] !== '' ? [unescaped(record[name])] : []
  const town = [...part('PostcodeCode'), ...part('PostalZone'), ...part('CityName')].join(' ')
  const street = [...part('StreetName'), ...part('BuildingNumber')].join(' ')
  const free = nodesAt({ node, path: '' }, 'AddressLine/Line').flatMap(
    (line) => textOf(line.node) ?? [],
  )
  const lines = [street, ...addressParts.flatMap(part), ...free, town].filter((line) => line !== '')
  return lines.length === 0 ? null : lines.join(', ')
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text: string): string {
  if (text.length > longestEscaped || !text.includes('&')) return text
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, tens: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? whole
      const point = tens === undefined ? Number.parseInt(hex ?? '', 16) : Number(tens)
      return point > 0x1f && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
        ? String.fromCodePoint(point)
        : ' '
    },
  )
}
