/** Settings: the schema registry, ClickHouse and Redis, and how they know a client. */

import { faultOfCertificates, faultOfPrivateKey, faultOfUrl, type Setting } from './setting.ts'

const web = ['https', 'http'] as const

function faultOfRedis(text: string): string | null {
  return text.startsWith('/') ? null : (faultOfUrl(['rediss', 'redis'])(text) ?? null)
}

export const serverSettings = {
  registryUrl: {
    env: 'SCHEMA_REGISTRY_URL',
    type: 'text',
    default: null,
    fault: faultOfUrl(web, 'SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD'),
    doc: 'Base URL of a Confluent-compatible registry; needed with KAFKA_BROKERS.',
  },
  registryUser: {
    env: 'SCHEMA_REGISTRY_USERNAME',
    type: 'text',
    default: null,
    doc: 'Basic authentication to the registry.',
  },
  registryPassword: {
    env: 'SCHEMA_REGISTRY_PASSWORD',
    type: 'text',
    default: null,
    doc: 'Basic authentication to the registry.',
    secret: true,
  },
  registryToken: {
    env: 'SCHEMA_REGISTRY_TOKEN',
    type: 'text',
    default: null,
    doc: 'Bearer token for the registry, where it is a fixed one.',
    secret: true,
  },
  registryTokenUrl: {
    env: 'SCHEMA_REGISTRY_OAUTH_TOKEN_URL',
    type: 'text',
    default: null,
    fault: faultOfUrl(
      web,
      'SCHEMA_REGISTRY_OAUTH_CLIENT_ID and SCHEMA_REGISTRY_OAUTH_CLIENT_SECRET',
    ),
    doc: 'Where bearer tokens for the registry come from, by client credentials.',
  },
  registryClientId: {
    env: 'SCHEMA_REGISTRY_OAUTH_CLIENT_ID',
    type: 'text',
    default: null,
    doc: 'The client that asks for tokens for the registry.',
  },
  registryClientSecret: {
    env: 'SCHEMA_REGISTRY_OAUTH_CLIENT_SECRET',
    type: 'text',
    default: null,
    doc: 'Secret of SCHEMA_REGISTRY_OAUTH_CLIENT_ID.',
    secret: true,
  },
  registryScope: {
    env: 'SCHEMA_REGISTRY_OAUTH_SCOPE',
    type: 'text',
    default: null,
    doc: 'Scope of the tokens for the registry.',
  },
  registryCluster: {
    env: 'SCHEMA_REGISTRY_LOGICAL_CLUSTER',
    type: 'text',
    default: null,
    doc: 'Header target-sr-cluster, such as lsrc-1: Confluent Cloud asks for it beside a token.',
  },
  registryIdentityPool: {
    env: 'SCHEMA_REGISTRY_IDENTITY_POOL',
    type: 'text',
    default: null,
    doc: 'Header Confluent-Identity-Pool-Id, such as pool-1.',
  },
  registryCa: {
    env: 'SCHEMA_REGISTRY_CA',
    type: 'text',
    default: null,
    fault: faultOfCertificates,
    doc: 'Certificate authorities of the registry in PEM, in place of the public ones; SCHEMA_REGISTRY_CA_FILE names their file.',
  },
  registryCert: {
    env: 'SCHEMA_REGISTRY_CERT',
    type: 'text',
    default: null,
    fault: faultOfCertificates,
    doc: 'Client certificate in PEM, for a registry that asks for one; SCHEMA_REGISTRY_CERT_FILE names its file.',
  },
  registryKey: {
    env: 'SCHEMA_REGISTRY_KEY',
    type: 'text',
    default: null,
    fault: faultOfPrivateKey,
    doc: 'Private key of SCHEMA_REGISTRY_CERT in PEM; SCHEMA_REGISTRY_KEY_FILE names its file.',
    secret: true,
  },
  registryKeyPassword: {
    env: 'SCHEMA_REGISTRY_KEY_PASSWORD',
    type: 'text',
    default: null,
    doc: 'Password of SCHEMA_REGISTRY_KEY where it is encrypted.',
    secret: true,
  },
  clickhouseUrl: {
    env: 'CLICKHOUSE_URL',
    type: 'text',
    default: null,
    fault: faultOfUrl(web),
    doc: 'A ClickHouse server, such as https://host:8443/database; embedded chDB otherwise.',
    secret: true,
  },
  clickhouseUser: {
    env: 'CLICKHOUSE_USER',
    type: 'text',
    default: null,
    doc: 'User of the server, unless CLICKHOUSE_URL names it.',
  },
  clickhousePassword: {
    env: 'CLICKHOUSE_PASSWORD',
    type: 'text',
    default: null,
    doc: 'Password of CLICKHOUSE_USER.',
    secret: true,
  },
  clickhouseCa: {
    env: 'CLICKHOUSE_CA',
    type: 'text',
    default: null,
    fault: faultOfCertificates,
    doc: 'Certificate authorities of the server in PEM, in place of the public ones; CLICKHOUSE_CA_FILE names their file.',
  },
  redisUrl: {
    env: 'REDIS_URL',
    type: 'text',
    default: null,
    fault: faultOfRedis,
    doc: 'Shared, rebuildable state of several instances, such as rediss://host:6380/0; in memory otherwise.',
    secret: true,
  },
  redisUser: {
    env: 'REDIS_USERNAME',
    type: 'text',
    default: null,
    doc: 'User of Redis, unless REDIS_URL names it.',
  },
  redisPassword: {
    env: 'REDIS_PASSWORD',
    type: 'text',
    default: null,
    doc: 'Password of Redis, unless REDIS_URL has it.',
    secret: true,
  },
  redisCa: {
    env: 'REDIS_CA',
    type: 'text',
    default: null,
    fault: faultOfCertificates,
    doc: 'Certificate authorities of Redis in PEM, in place of the public ones; REDIS_CA_FILE names their file.',
  },
} as const satisfies Record<string, Setting>
