/**
 * Where Maven artifacts come from: a setting, else the mirror that the user's Maven settings name,
 * else Maven Central.
 */

import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'

const central = 'https://repo1.maven.org/maven2'

export function mavenRepository(
  setting: string | null,
  settingsFile = join(homedir(), '.m2', 'settings.xml'),
): string {
  if (setting !== null) return setting
  return existsSync(settingsFile)
    ? (mirrorIn(readFileSync(settingsFile, 'utf8')) ?? central)
    : central
}

/**
 * The first mirror of Maven Central in a settings.xml; null for none. Credentials are not read:
 * Maven itself uses them.
 */
export function mirrorIn(xml: string): string | null {
  const parser = new XMLParser({ isArray: (name) => name === 'mirror' })
  const settings = parser.parse(xml) as {
    settings?: {
      mirrors?: { mirror?: readonly { url?: string; mirrorOf?: string; blocked?: boolean }[] }
    }
  }
  const mirrors = settings.settings?.mirrors?.mirror ?? []
  const ofCentral = (of: string): boolean => {
    const names = of.split(',').map((name) => name.trim())
    return (
      !names.includes('!central') &&
      names.some((name) => name === '*' || name === 'central' || name === 'external:*')
    )
  }
  return (
    mirrors.find(
      ({ url, mirrorOf = '', blocked }) =>
        url !== undefined && blocked !== true && ofCentral(mirrorOf),
    )?.url ?? null
  )
}
