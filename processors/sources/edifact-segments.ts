/**
 * The segments of an EDIFACT interchange (ISO 9735), as they stand: elements of components of text.
 *
 *   UNA:+.? '                  the six service characters, where they are not the usual ones
 *   UNB+UNOC:3+…'              interchange header, with its character set
 *   UNH+1+INVOIC:D:96A:UN'     message header … UNT+number of segments+1'
 *   UNZ+number of messages+…'  interchange trailer
 *
 * The libraries for it on npm are message builders, validators with the directories of all
 * messages, or unmaintained; what is needed here is this one loop. Guarantees: linear time, no
 * exception; null for what breaks off, has too many segments, or counts others than it says.
 */

export interface Segment {
  readonly tag: string
  /** After the tag: elements of components. */
  readonly elements: readonly (readonly string[])[]
}

export interface Message {
  readonly type: string // INVOIC, ORDERS, …
  readonly segments: readonly Segment[] // from UNH to UNT
}

const mostSegments = 500_000 // ten thousand lines have a hundred thousand
const usual = ":+.? '"

/** Whether a text begins like an interchange. */
export const isInterchange = (text: string): boolean =>
  /^[\ufeff\s]*(?:UNA.{6}\s*)?UNB[^A-Za-z0-9\s]/s.test(text)

/** Type of the first message of a text that may break off; null where it has none. */
export function firstMessageType(text: string): string | null {
  const { segments } = segmentsOf(text, 1000)
  return segments.find(({ tag }) => tag === 'UNH')?.elements[1]?.[0] ?? null
}

/** The messages of an interchange. */
export function messagesOf(text: string): readonly Message[] | null {
  const { segments, isWhole } = segmentsOf(text, mostSegments)
  const last = segments.at(-1)
  if (!isWhole || segments[0]?.tag !== 'UNB' || last?.tag !== 'UNZ') return null
  const messages = messagesIn(segments)
  // with groups of messages (UNG) the trailer counts the groups
  const isGrouped = segments.some(({ tag }) => tag === 'UNG')
  const isCounted = isGrouped || countOf(last) === messages?.length
  return isCounted ? messages : null
}

function messagesIn(segments: readonly Segment[]): readonly Message[] | null {
  const messages: Message[] = []
  let from: number | null = null
  for (const [at, segment] of segments.entries()) {
    if (segment.tag === 'UNH') {
      if (from !== null) return null
      from = at
    }
    if (segment.tag !== 'UNT') continue
    const inside = from === null ? [] : segments.slice(from, at + 1)
    if (countOf(segment) !== inside.length) return null
    messages.push({ type: inside[0]?.elements[1]?.[0] ?? '', segments: inside })
    from = null
  }
  return from === null ? messages : null
}

const countOf = ({ elements }: Segment): number => Number(elements[0]?.[0])

interface Segments {
  readonly segments: readonly Segment[]
  readonly isWhole: boolean // ends with a terminator, within the limit
}

function segmentsOf(text: string, most: number): Segments {
  const start = /^[\ufeff\s]*/.exec(text)?.[0].length ?? 0
  const isStated = text.startsWith('UNA', start)
  const signs = isStated ? text.slice(start + 3, start + 9) : usual
  const [component = '', element = '', , release = '', , terminator = ''] = signs
  const parts = split(text.slice(isStated ? start + 9 : start), terminator, release, most)
  const rest = parts.pop() ?? ''
  const segments = parts.map((part) => {
    // programs break lines between segments, and some of them anywhere
    const [tag, ...elements] = split(part.replace(/[\r\n]/g, '').trimStart(), element, release)
    return {
      tag: tag ?? '',
      elements: elements.map((one) =>
        split(one, component, release).map((value) => released(value, release)),
      ),
    }
  })
  return { segments, isWhole: rest.trim() === '' }
}

/** At each sign that is not released; after `most` parts the rest is one. */
function split(text: string, sign: string, release: string, most = Infinity): string[] {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < text.length && parts.length < most; at++) {
    if (text[at] === release && release !== ' ') at++
    else if (text[at] === sign) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  parts.push(text.slice(from))
  return parts
}

function released(text: string, release: string): string {
  if (release === ' ' || !text.includes(release)) return text
  let plain = ''
  for (let at = 0; at < text.length; at++) plain += text[text[at] === release ? ++at : at] ?? ''
  return plain
}
