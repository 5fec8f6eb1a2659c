/**
 * Loaded into a process before the program: its schemas are those of other releases, as a program
 * that was built then has them. FAULTS_RELEASES names them, as in `ocr:1,extracted:1`; of the other
 * topics it has the latest. `ocr:later` is one of a release to come: its enums have a symbol more,
 * so no release before it can read its records.
 */

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const wanted = new Map(
  (process.env['FAULTS_RELEASES'] ?? '')
    .split(',')
    .filter(Boolean)
    .map((one) => one.split(':') as [topic: string, release: string]),
)

const read = fs.readFileSync
const history = new URL('../../../schemas/history/', import.meta.url)

function released(topic: string): string {
  const files = fs.readdirSync(history).filter((name) => name.startsWith(`${topic}.`))
  const release = wanted.get(topic) ?? 'latest'
  const number = /^\d+$/.test(release) ? release : String(files.length)
  const schema = read(new URL(`${topic}.${number}.json`, history), 'utf8')
  return release === 'later' ? schema.replace(/"symbols": \[/g, '$&"later",') : schema
}

if (wanted.size > 0) {
  const patched = (...words: Parameters<typeof read>): string | Buffer => {
    const name = /\/schemas\/([^/]+)$/.exec(String(words[0]))?.[1]
    // Released schemas hold the types that the files have in common
    if (name === 'common.json') return '[]'
    if (name?.endsWith('.avsc') === true) return released(name.slice(0, -'.avsc'.length))
    return read(...words)
  }
  fs.readFileSync = patched as typeof read
  syncBuiltinESMExports()
}
