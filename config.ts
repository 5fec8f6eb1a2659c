/**
 * Every setting: key, type, default and what it is for. Read once from the environment by the
 * command line and passed on as a value; no other file reads process.env. An unknown ERRATA_*
 * variable is an error, so that a typo never falls back to the default unnoticed. A variable
 * NAME_FILE names a file that holds the value of NAME, for secrets.
 */

import { readFileSync } from 'node:fs'
import { blobSettings } from './config/blobs.ts'
import type { Setting } from './config/setting.ts'
import { systemSettings } from './config/systems.ts'
import { workSettings } from './config/work.ts'
import { ErrataError } from './errors.ts'

export { networksOf } from './config/setting.ts'

/** In the order of the documentation. */
export const settings = { ...systemSettings, ...blobSettings, ...workSettings } as const

type TypeOf<S extends Setting> =
  | (S['type'] extends 'text' ? string : S['type'] extends 'number' ? number : boolean)
  | (S['default'] extends null ? null : never)
export type SettingName = keyof typeof settings
export type Config = { readonly [K in SettingName]: TypeOf<(typeof settings)[K]> } & {
  /**
   * The keys that the environment sets, even to the default: an explicitly configured port is never
   * changed silently.
   */
  readonly configured: ReadonlySet<SettingName>
}

/**
 * The settings from an environment; CONFIG_INVALID for an unknown ERRATA_* key or a value of the
 * wrong type.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const known = new Set<string>(Object.values(settings).map((setting) => setting.env))
  for (const key of Object.keys(environment)) {
    if (key.startsWith('ERRATA_') && !known.has(key.replace(/_FILE$/, '')) && !known.has(key)) {
      throw new ErrataError('CONFIG_INVALID', `unknown setting ${key}`, { key })
    }
  }
  const textOf = ({ env }: Setting): string | undefined => {
    const file = known.has(`${env}_FILE`) ? undefined : environment[`${env}_FILE`]
    return environment[env] ?? (file === undefined ? undefined : textIn(file, env))
  }
  const isSet = ({ env }: Setting): boolean =>
    Boolean(environment[env] ?? environment[`${env}_FILE`])
  const names = (Object.keys(settings) as SettingName[]).filter((name) => isSet(settings[name]))
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, valueOf(setting, textOf(setting))]),
  )
  return { ...values, configured: new Set(names) } as unknown as Config
}

/** What a file of a secret holds. */
function textIn(file: string, env: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const why = `${env}_FILE names ${file}, which can not be read (${String((cause as NodeJS.ErrnoException).code)})`
    throw new ErrataError('CONFIG_INVALID', why, { key: `${env}_FILE` }, cause)
  }
}

type Value = string | number | boolean

/** The setting's value for a text; its default where there is none. */
function valueOf(setting: Setting, text: string | undefined): Value | null {
  if (text === undefined) return setting.default
  if (text === '') return setting.type === 'text' && setting.default !== null ? '' : setting.default
  switch (setting.type) {
    case 'text':
      return checkedText(setting, text)
    case 'boolean':
      if (/^(1|true|yes|on)$/i.test(text)) return true
      if (/^(0|false|no|off)$/i.test(text)) return false
      return notOfType(setting)
    case 'number':
      return checkedNumber(setting, Number(text))
    default:
      return setting.type satisfies never
  }
}

function checkedText({ env, fault }: Setting, text: string): string {
  const wrong = fault?.(text) ?? null
  if (wrong === null) return text
  throw new ErrataError('CONFIG_INVALID', `${env} ${wrong}`, { key: env })
}

function checkedNumber(setting: Setting, number: number): number {
  if (!Number.isFinite(number)) return notOfType(setting)
  const { env, range = [-Infinity, Infinity] } = setting
  const [least, most] = range
  if (number >= least && number <= most) return number
  throw new ErrataError('CONFIG_INVALID', `${env} must lie between ${least} and ${most}`, {
    key: env,
    least,
    most,
  })
}

function notOfType({ env, type }: Setting): never {
  throw new ErrataError('CONFIG_INVALID', `${env} must be a ${type}`, { key: env })
}
