/**
 * Charts as SVG: a line over days, a calibration plot. Each point links to the documents behind it,
 * is labelled with its figures and can be reached by Tab; the tables below show the same numbers.
 */

export interface ChartPoint {
  readonly x: number // ms since 1970, or any number
  readonly y: number | null
  readonly href: string
  readonly title: string
}

export interface ChartMark {
  readonly x: number
  readonly label: string
  readonly kind: 'model' | 'drift' // only models show a name, since drift may be frequent
  readonly href: string
}

interface LinesProps {
  readonly title: string
  readonly points: readonly ChartPoint[]
  readonly marks?: readonly ChartMark[] // such as model versions, on the same axis
  readonly top?: number // end of the y axis; defaults to the highest value, rounded up
  readonly format: (y: number) => string
  readonly label: (x: number) => string
}

// in SVG units
const [wide, high, left, bottom, topEdge, right] = [560, 200, 44, 24, 14, 12]

export function Lines({ title, points, marks = [], top, format, label }: LinesProps) {
  const known = points.filter(
    (point): point is ChartPoint & { y: number } => point.y !== null && Number.isFinite(point.y),
  )
  if (known.length === 0) return <p class="note">Nothing to draw yet.</p>
  const [from, to] = [Math.min(...known.map(({ x }) => x)), Math.max(...known.map(({ x }) => x))]
  const most = top ?? niceTop(Math.max(...known.map(({ y }) => y)))
  const px = (x: number): number =>
    to === from
      ? (left + wide - right) / 2
      : left + ((x - from) / (to - from)) * (wide - left - right)
  const py = (y: number): number =>
    high - bottom - (Math.min(y, most) / most) * (high - bottom - topEdge)
  const shownMarks = placed(
    marks.filter(({ x }) => x >= from - 86_400_000 && x <= to + 86_400_000),
    (x) => clamp(px(x)),
  )
  return (
    <svg class="chart" viewBox={`0 0 ${wide} ${high}`} role="group" aria-label={title}>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line
            class="grid"
            x1={left}
            x2={wide - right}
            y1={py(share * most)}
            y2={py(share * most)}
          />
          <text class="axis" x={left - 6} y={py(share * most) + 3.5} text-anchor="end">
            {format(share * most)}
          </text>
        </g>
      ))}
      {shownMarks.map(({ mark, x, text }, index) => (
        <a key={index} href={mark.href} aria-label={mark.label}>
          <title>{mark.label}</title>
          <line class="reach" x1={x} x2={x} y1={topEdge} y2={high - bottom} />
          <line class={`mark ${mark.kind}`} x1={x} x2={x} y1={topEdge} y2={high - bottom} />
          {text !== null && (
            <text
              class="mark"
              x={text === 'left' ? x - 3 : x + 3}
              y={topEdge + 8}
              text-anchor={text === 'left' ? 'end' : 'start'}
            >
              {mark.label}
            </text>
          )}
        </a>
      ))}
      <polyline class="line" points={known.map(({ x, y }) => `${px(x)},${py(y)}`).join(' ')} />
      {known.map((point) => (
        <a key={point.x} href={point.href} aria-label={point.title}>
          <circle class="point" cx={px(point.x)} cy={py(point.y)} r={known.length > 60 ? 2.5 : 4} />
          <title>{point.title}</title>
        </a>
      ))}
      <text
        class="axis"
        x={to === from ? px(from) : left}
        y={high - 6}
        text-anchor={to === from ? 'middle' : 'start'}
      >
        {label(from)}
      </text>
      {to !== from && (
        <text class="axis" x={wide - right} y={high - 6} text-anchor="end">
          {label(to)}
        </text>
      )}
    </svg>
  )
}

/**
 * Places the names of models where there is room: never over the previous one, and to the left at
 * the right edge.
 */
function placed(
  marks: readonly ChartMark[],
  at: (x: number) => number,
): { readonly mark: ChartMark; readonly x: number; readonly text: 'right' | 'left' | null }[] {
  let end = 0
  return [...marks]
    .sort((a, b) => a.x - b.x)
    .map((mark) => {
      const [x, width] = [at(mark.x), 6 * mark.label.length + 4]
      if (mark.kind === 'drift') return { mark, x, text: null }
      const side = x + width <= wide ? 'right' : 'left'
      if ((side === 'right' ? x : x - width) < end) return { mark, x, text: null }
      end = side === 'right' ? x + width : x
      return { mark, x, text: side }
    })
}

function clamp(x: number): number {
  return Math.min(wide - right, Math.max(left, x))
}

/** Confidence against the share that was right; on the diagonal they are equal. */
export function Calibration({
  points,
}: {
  readonly points: readonly {
    readonly x: number
    readonly y: number
    readonly count: number
    readonly href: string
    readonly title: string
  }[]
}) {
  const side = high - bottom - topEdge // a square in the middle, as high as the other charts
  const edge = (wide - side) / 2
  const p = (share: number): number => edge + share * side
  const q = (share: number): number => high - bottom - share * side
  const most = Math.max(1, ...points.map(({ count }) => count))
  if (points.length === 0) return <p class="note">Nothing to draw yet.</p>
  return (
    <svg class="chart" viewBox={`0 0 ${wide} ${high}`} role="group" aria-label="Calibration">
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line class="grid" x1={p(0)} x2={p(1)} y1={q(share)} y2={q(share)} />
          <text
            class="axis"
            x={edge - 6}
            y={q(share) + 3.5}
            text-anchor="end"
          >{`${share * 100} %`}</text>
          <text
            class="axis"
            x={p(share)}
            y={high - 6}
            text-anchor="middle"
          >{`${share * 100} %`}</text>
        </g>
      ))}
      <line class="diagonal" x1={p(0)} y1={q(0)} x2={p(1)} y2={q(1)} />
      {points.map((point) => (
        <a key={point.x} href={point.href} aria-label={point.title}>
          <circle
            class="point"
            cx={p(point.x)}
            cy={q(point.y)}
            r={3 + 6 * Math.sqrt(point.count / most)}
          />
          <title>{point.title}</title>
        </a>
      ))}
      <text class="axis" x={edge - 48} y={q(0.5) + 3.5} text-anchor="end">
        right
      </text>
      <text class="axis" x={p(1) + 24} y={high - 6}>
        confidence
      </text>
    </svg>
  )
}

/** The least of 1, 2, 5 or 10 times a power of ten that is not below the value. */
function niceTop(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return (
    [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= value) ?? value
  )
}
