/**
 * Every setting: key, type, default and what it is for. Read once from the environment by the
 * command line and passed on as a value; no other file reads process.env. An unknown ERRATA_*
 * variable is an error, so that a typo never falls back to the default unnoticed. A variable
 * NAME_FILE names a file that holds the value of NAME, for secrets.
 *
 * What is refused is refused here, before anything starts: with the variable, what it was given
 * (never for a secret) and what is allowed.
 */

import { readFileSync } from 'node:fs'
import { faultOfCombination } from './config/combinations.ts'
import { faultOfServiceLink, isServiceLink } from './config/service-links.ts'
import type { Setting } from './config/setting.ts'
import { settings, type SettingName, type SettingValues } from './config/settings.ts'
import { ErrataError } from './errors.ts'

export { networksOf } from './config/setting.ts'
export { clusterSettings, settings, withoutCluster, type SettingName } from './config/settings.ts'

export type Config = SettingValues & {
  /**
   * The keys that the environment sets, even to the default: an explicitly configured port is never
   * changed silently.
   */
  readonly configured: ReadonlySet<SettingName>
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The settings from an environment. CONFIG_INVALID for an unknown ERRATA_* variable, a value that
 * is not allowed, and settings that do not go together.
 */
export function readConfig(environment: Environment): Config {
  const all = Object.entries(settings) as [SettingName, Setting][]
  refuseUnknown(environment, new Set(all.map(([, { env }]) => env)))
  const texts = all.map(([name, setting]) => [name, setting, textOf(environment, setting)] as const)
  const values = texts.map(([name, setting, text]) => [name, valueOf(setting, text)] as const)
  const configured = new Set(texts.filter(([, , text]) => Boolean(text)).map(([name]) => name))
  const config = { ...Object.fromEntries(values), configured } as unknown as Config
  const wrong = faultOfCombination(config, (name) => settings[name].env)
  if (wrong !== null) throw new ErrataError('CONFIG_INVALID', wrong)
  return config
}

function refuseUnknown(environment: Environment, known: ReadonlySet<string>): void {
  for (const [key, value = ''] of Object.entries(environment)) {
    const isKnown = known.has(key) || known.has(key.replace(/_FILE$/, ''))
    if (!key.startsWith('ERRATA_') || isKnown || isServiceLink(key, value)) continue
    throw new ErrataError('CONFIG_INVALID', `unknown setting ${key}`, { key })
  }
}

/** The text of a setting, from its variable or from the file that NAME_FILE names. */
function textOf(environment: Environment, { env }: Setting): string | undefined {
  const text = environment[env]
  const file = environment[`${env}_FILE`] ?? ''
  if (file === '') return text
  if ((text ?? '') !== '')
    throw new ErrataError('CONFIG_INVALID', `${env} and ${env}_FILE are both set: one is enough`, {
      key: env,
    })
  return textIn(file, env)
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
  const link = faultOfServiceLink(setting.env, text)
  if (link !== null) throw invalid(setting, text, link)
  switch (setting.type) {
    case 'text':
      return checkedText(setting, text)
    case 'boolean':
      if (/^(1|true|yes|on)$/i.test(text)) return true
      if (/^(0|false|no|off)$/i.test(text)) return false
      throw invalid(setting, text, 'must be true or false')
    case 'number':
      return checkedNumber(setting, text)
    default:
      return setting.type satisfies never
  }
}

function checkedText(setting: Setting, text: string): string {
  const { choices, fault } = setting
  const wrong = fault?.(text) ?? null
  if (wrong !== null) throw invalid(setting, text, wrong)
  if (choices === undefined) return text
  const choice = choices.find((one) => one.toLowerCase() === text.toLowerCase())
  if (choice === undefined) throw invalid(setting, text, `must be one of ${choices.join(', ')}`)
  return choice
}

function checkedNumber(setting: Setting, text: string): number {
  const number = text.trim() === '' ? NaN : Number(text)
  const [least, most] = setting.range ?? [-Infinity, Infinity]
  const isRight = setting.fractional ? Number.isFinite(number) : Number.isSafeInteger(number)
  if (isRight && number >= least && number <= most) return number
  const kind = setting.fractional ? 'a number' : 'a whole number'
  const above = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`
  throw invalid(setting, text, `must be ${kind} ${above}`)
}

function invalid(setting: Setting, text: string, wrong: string): ErrataError {
  const { env } = setting
  return new ErrataError('CONFIG_INVALID', `${env} ${wrong}${given(setting, text)}`, { key: env })
}

const longestShown = 100 // characters

/** What was given, unless it is a secret or may hold one, as an address with a user does. */
function given({ secret }: Setting, text: string): string {
  if (secret || /@|\?|-----/.test(text)) return ''
  const shown = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
  return `; it is ${JSON.stringify(shown)}`
}
