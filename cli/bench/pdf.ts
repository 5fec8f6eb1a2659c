/**
 * Words with boxes from digital PDFs: our reader (PDFium in this process) against poppler's
 * `pdftotext -bbox`, over the same generated invoices. Both sides open every document anew;
 * poppler's start is part of its price, as a process is how it is used, so several documents are
 * joined for it by a shell loop whose own time is negligible.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPdf } from '../../connectors/pdf/pdf.ts'
import { ErrataError } from '../../errors.ts'
import { sample } from '../../trainer/samples/generate.ts'
import { cpuSeconds, median, type BenchRow } from './measure.ts'

const documents = 24
const rounds = 5
const seed = 7

export async function benchPdf(): Promise<readonly BenchRow[]> {
  if (spawnSync('pdftotext', ['-v']).error !== undefined)
    throw new ErrataError(
      'CONFIG_INVALID',
      'the benchmark against poppler needs pdftotext (Debian: poppler-utils)',
    )
  const folder = mkdtempSync(join(tmpdir(), 'errata-bench-'))
  try {
    const files: Buffer[] = []
    for (let index = 0; files.length < documents; index++) {
      const { pdf } = await sample(seed, index)
      if (pdf !== null) files.push(pdf)
    }
    files.forEach((bytes, i) => writeFileSync(join(folder, `${i}.pdf`), bytes))
    let pages = 0
    const ours = async (): Promise<void> => {
      pages = 0
      for (const bytes of files) {
        const pdf = await openPdf(bytes, {
          maxPages: 100,
          maxPixels: 80_000_000,
          maxObjects: 1_000_000,
        })
        for (let page = 1; page <= pdf.pageCount; page++) {
          pdf.page(page)
          pages++
        }
        pdf.close()
      }
    }
    await ours() // PDFium is compiled once for a process
    const times = { ours: [] as number[], peer: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      times.ours.push(await cpuSeconds(ours))
      times.peer.push(popplerSeconds(folder))
    }
    return [
      {
        what: `${documents} generated invoices`,
        ours: pages / median(times.ours),
        peer: pages / median(times.peer),
        unit: 'pages/CPU s',
        peerName: 'pdftotext -bbox',
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** CPU seconds of poppler over the folder, as bash's `time` counts its children. */
export function popplerSeconds(folder: string): number {
  const script =
    'TIMEFORMAT="%U %S"; time (for f in "$0"/*.pdf; do pdftotext -bbox "$f" /dev/null; done)'
  const said =
    spawnSync('bash', ['-c', script, folder], { encoding: 'utf8' })
      .stderr.trim()
      .split('\n')
      .at(-1) ?? ''
  return said
    .split(' ')
    .map(Number)
    .reduce((sum, seconds) => sum + seconds, 0)
}
