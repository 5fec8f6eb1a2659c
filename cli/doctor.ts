/**
 * `errata doctor`: prints the findings of operations/doctor.ts, one a line, each with its remedy.
 */

import type { Config } from '../config.ts'
import { examine } from '../operations/doctor.ts'

/** 0 when nothing is wrong, else 1. */
export async function doctor(config: Config): Promise<number> {
  const findings = await examine(config)
  const marks = { fine: '  ok   ', note: '  note ', wrong: '  WRONG' } as const
  for (const { what, grade, found, remedy } of findings)
    process.stdout.write(
      `${marks[grade]} ${what}: ${found}${remedy === undefined ? '' : `\n          ${remedy}`}\n`,
    )
  const wrong = findings.filter(({ grade }) => grade === 'wrong').length
  process.stdout.write(
    wrong === 0
      ? '\nNothing is wrong.\n'
      : `\n${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong.\n`,
  )
  return wrong === 0 ? 0 : 1
}
