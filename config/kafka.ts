/** Settings: the brokers, and how a client shows who it is. */

import { faultOfCertificates, faultOfPrivateKey, faultOfUrl, type Setting } from './setting.ts'

export const mechanisms = [
  'plain',
  'scram-sha-256',
  'scram-sha-512',
  'oauthbearer',
  'aws-msk-iam',
] as const
export type Mechanism = (typeof mechanisms)[number]

function faultOfBrokers(text: string): string | null {
  const isAddress = (one: string): boolean => {
    const port = /^\s*\[?[^\]\s/@]+?\]?:(\d{1,5})\s*$/.exec(one)?.[1]
    return port !== undefined && Number(port) > 0 && Number(port) <= 65_535
  }
  return text.split(',').every(isAddress) ? null : 'must be host:port, comma separated'
}

/** `key=value` pairs as RFC 7628 has them, comma separated; null where the text is none. */
export function extensionsIn(text: string): Readonly<Record<string, string>> | null {
  const pairs = text.split(',').map((pair) => /^\s*([A-Za-z]+)=([\x20-\x7e]*?)\s*$/.exec(pair))
  if (!pairs.every((pair) => pair !== null)) return null
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]))
}

export const kafkaSettings = {
  brokers: {
    env: 'KAFKA_BROKERS',
    type: 'text',
    default: null,
    fault: faultOfBrokers,
    doc: 'host:port, comma separated: use this cluster instead of a local one.',
  },
  kafkaTls: {
    env: 'KAFKA_TLS',
    type: 'boolean',
    default: null,
    doc: 'TLS to the brokers. Default: on, except for loopback addresses without KAFKA_CA and KAFKA_CERT.',
  },
  kafkaInsecure: {
    env: 'ERRATA_KAFKA_INSECURE',
    type: 'boolean',
    default: false,
    doc: 'Allow plaintext to brokers that are not on loopback.',
  },
  kafkaCa: {
    env: 'KAFKA_CA',
    type: 'text',
    default: null,
    fault: faultOfCertificates,
    doc: 'Certificate authorities of the brokers in PEM, in place of the public ones; KAFKA_CA_FILE names their file.',
  },
  kafkaCert: {
    env: 'KAFKA_CERT',
    type: 'text',
    default: null,
    fault: faultOfCertificates,
    doc: 'Client certificate in PEM, for brokers that ask for one (mutual TLS); KAFKA_CERT_FILE names its file.',
  },
  kafkaKey: {
    env: 'KAFKA_KEY',
    type: 'text',
    default: null,
    fault: faultOfPrivateKey,
    doc: 'Private key of KAFKA_CERT in PEM; KAFKA_KEY_FILE names its file.',
    secret: true,
  },
  kafkaKeyPassword: {
    env: 'KAFKA_KEY_PASSWORD',
    type: 'text',
    default: null,
    doc: 'Password of KAFKA_KEY where it is encrypted.',
    secret: true,
  },
  kafkaSaslMechanism: {
    env: 'KAFKA_SASL_MECHANISM',
    type: 'text',
    default: null,
    choices: mechanisms,
    doc: 'plain, scram-sha-256, scram-sha-512, oauthbearer or aws-msk-iam. Default: scram-sha-512 where KAFKA_USERNAME is set, else none.',
  },
  kafkaUser: {
    env: 'KAFKA_USERNAME',
    type: 'text',
    default: null,
    doc: 'User of plain and scram.',
  },
  kafkaPassword: {
    env: 'KAFKA_PASSWORD',
    type: 'text',
    default: null,
    doc: 'Password of KAFKA_USERNAME.',
    secret: true,
  },
  kafkaTokenUrl: {
    env: 'KAFKA_OAUTH_TOKEN_URL',
    type: 'text',
    default: null,
    fault: faultOfUrl(['https', 'http'], 'KAFKA_OAUTH_CLIENT_ID and KAFKA_OAUTH_CLIENT_SECRET'),
    doc: 'oauthbearer: where tokens come from, by client credentials.',
  },
  kafkaClientId: {
    env: 'KAFKA_OAUTH_CLIENT_ID',
    type: 'text',
    default: null,
    doc: 'oauthbearer: the client that asks for tokens.',
  },
  kafkaClientSecret: {
    env: 'KAFKA_OAUTH_CLIENT_SECRET',
    type: 'text',
    default: null,
    doc: 'oauthbearer: secret of the client.',
    secret: true,
  },
  kafkaScope: {
    env: 'KAFKA_OAUTH_SCOPE',
    type: 'text',
    default: null,
    doc: 'oauthbearer: scope that is asked for.',
  },
  kafkaExtensions: {
    env: 'KAFKA_OAUTH_EXTENSIONS',
    type: 'text',
    default: null,
    fault: (text) =>
      extensionsIn(text) === null
        ? 'must be name=value, comma separated, such as logicalCluster=lkc-1,identityPoolId=pool-2'
        : null,
    doc: 'oauthbearer: extensions of SASL, such as logicalCluster=lkc-1,identityPoolId=pool-2 for Confluent Cloud.',
  },
} as const satisfies Record<string, Setting>
