/** Settings that need each other, or exclude each other. */

import type { Mechanism } from './kafka.ts'
import { withoutCluster, type SettingName, type SettingValues as Values } from './settings.ts'

type Namer = (name: SettingName) => string

/** Each needs all of the others. */
const needed: Readonly<Partial<Record<SettingName, readonly SettingName[]>>> = {
  brokers: ['registryUrl'],
  kafkaUser: ['kafkaPassword'],
  kafkaPassword: ['kafkaUser'],
  kafkaCert: ['kafkaKey'],
  kafkaKey: ['kafkaCert'],
  kafkaKeyPassword: ['kafkaKey'],
  registryUser: ['registryPassword'],
  registryPassword: ['registryUser'],
  registryTokenUrl: ['registryClientId', 'registryClientSecret'],
  registryClientId: ['registryTokenUrl'],
  registryClientSecret: ['registryTokenUrl'],
  registryScope: ['registryTokenUrl'],
  registryCert: ['registryKey'],
  registryKey: ['registryCert'],
  registryKeyPassword: ['registryKey'],
  clickhouseUser: ['clickhouseUrl'],
  clickhousePassword: ['clickhouseUser'],
  clickhouseCa: ['clickhouseUrl'],
  clickhouseCluster: ['clickhouseUrl'],
  redisUser: ['redisUrl', 'redisPassword'],
  redisPassword: ['redisUrl'],
  redisCa: ['redisUrl'],
  oidcIssuer: ['oidcClientId', 'oidcClientSecret', 'publicUrl'],
  s3AccessKey: ['s3SecretKey'],
  s3SecretKey: ['s3AccessKey'],
  s3SessionToken: ['s3AccessKey'],
}

const byMechanism: Readonly<Record<Mechanism, readonly SettingName[]>> = {
  plain: ['kafkaUser', 'kafkaPassword'],
  'scram-sha-256': ['kafkaUser', 'kafkaPassword'],
  'scram-sha-512': ['kafkaUser', 'kafkaPassword'],
  oauthbearer: ['kafkaTokenUrl', 'kafkaClientId', 'kafkaClientSecret'],
  'aws-msk-iam': ['s3Region'],
}
const ofTokens: readonly SettingName[] = [
  'kafkaTokenUrl',
  'kafkaClientId',
  'kafkaClientSecret',
  'kafkaScope',
  'kafkaExtensions',
]

/** Ways to show who one is to the registry, of which one is enough. */
const ofRegistry: readonly SettingName[] = ['registryUser', 'registryToken', 'registryTokenUrl']

/** Certificates and the address that has to be one of TLS for them. */
const certificates: readonly (readonly [SettingName, SettingName, RegExp])[] = [
  ['registryCa', 'registryUrl', /^https:/i],
  ['registryCert', 'registryUrl', /^https:/i],
  ['clickhouseCa', 'clickhouseUrl', /^https:/i],
  ['redisCa', 'redisUrl', /^rediss:/i],
]

/** What does not go together, for people; null where everything does. */
export function faultOfCombination(all: Values, nameOf: Namer): string | null {
  const values = all.brokers === null ? withoutCluster(all) : all
  return (
    faultOfNeeds(values, nameOf) ??
    faultOfMechanism(values, nameOf) ??
    faultOfTls(values, nameOf) ??
    faultOfRegistry(values, nameOf) ??
    faultOfTwice(values, nameOf)
  )
}

const isSet = (values: Values, name: SettingName): boolean =>
  values[name] !== null && values[name] !== ''

function faultOfNeeds(values: Values, nameOf: Namer): string | null {
  for (const [name, others] of Object.entries(needed) as [SettingName, SettingName[]][]) {
    const missing = others.find((other) => !isSet(values, other))
    if (isSet(values, name) && missing !== undefined)
      return `${nameOf(name)} needs ${nameOf(missing)} beside it`
  }
  return null
}

function faultOfMechanism(values: Values, nameOf: Namer): string | null {
  const mechanism = values.kafkaSaslMechanism as Mechanism | null
  const own = mechanism === null ? [] : byMechanism[mechanism]
  const missing = own.find((name) => !isSet(values, name))
  const variable = nameOf('kafkaSaslMechanism')
  if (missing !== undefined) return `${variable}=${mechanism} needs ${nameOf(missing)} beside it`
  const foreign =
    mechanism === 'oauthbearer' ? undefined : ofTokens.find((name) => isSet(values, name))
  if (foreign !== undefined) return `${nameOf(foreign)} needs ${variable}=oauthbearer`
  const isOther = mechanism === 'oauthbearer' || mechanism === 'aws-msk-iam'
  return isOther && isSet(values, 'kafkaUser')
    ? `${nameOf('kafkaUser')} does not go with ${variable}=${mechanism}`
    : null
}

function faultOfTls(values: Values, nameOf: Namer): string | null {
  if (values.kafkaTls === false) {
    const own = (['kafkaCa', 'kafkaCert'] as const).find((name) => isSet(values, name))
    if (own !== undefined) return `${nameOf(own)} needs TLS, and ${nameOf('kafkaTls')} is off`
  }
  for (const [certificate, address, isSecure] of certificates)
    if (isSet(values, certificate) && !isSecure.test(String(values[address])))
      return `${nameOf(certificate)} needs an address of TLS in ${nameOf(address)}`
  return null
}

function faultOfRegistry(values: Values, nameOf: Namer): string | null {
  const [first, second] = ofRegistry.filter((name) => isSet(values, name))
  return first === undefined || second === undefined
    ? null
    : `${nameOf(first)} and ${nameOf(second)} are both set: one is enough`
}

function faultOfTwice(values: Values, nameOf: Namer): string | null {
  for (const [address, name] of [
    ['clickhouseUrl', 'clickhouseUser'],
    ['redisUrl', 'redisPassword'],
  ] as const) {
    const url = values[address]
    if (url === null || !isSet(values, name) || !URL.canParse(url)) continue
    const { username, password } = new URL(url)
    if (username !== '' || password !== '')
      return `${nameOf(address)} and ${nameOf(name)} both say who asks: one is enough`
  }
  return null
}
