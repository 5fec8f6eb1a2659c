/** All settings, in the order of the documentation. */

import { analyticsSettings } from './analytics.ts'
import { blobSettings } from './blobs.ts'
import { kafkaSettings } from './kafka.ts'
import { serverSettings } from './servers.ts'
import type { Setting } from './setting.ts'
import { systemSettings } from './systems.ts'
import { tracingSettings } from './tracing.ts'
import { workSettings } from './work.ts'

export const settings = {
  ...systemSettings,
  ...kafkaSettings,
  ...serverSettings,
  ...blobSettings,
  ...analyticsSettings,
  ...workSettings,
  ...tracingSettings,
} as const

type TypeOf<S extends Setting> =
  | (S['type'] extends 'text' ? string : S['type'] extends 'number' ? number : boolean)
  | (S['default'] extends null ? null : never)
export type SettingName = keyof typeof settings
export type SettingValues = { readonly [K in SettingName]: TypeOf<(typeof settings)[K]> }

const names = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[]

/** Of a cluster of somebody else: what is set of them means nothing without KAFKA_BROKERS. */
export const clusterSettings = [
  ...names(kafkaSettings).filter((name) => name !== 'brokers' && name !== 'kafkaInsecure'),
  ...names(serverSettings).filter((name) => /^registry(?!Url$)/.test(name)),
] as const

/** The same with none of them. */
export function withoutCluster<V extends Partial<SettingValues>>(values: V): V {
  return { ...values, ...Object.fromEntries(clusterSettings.map((name) => [name, null])) }
}
