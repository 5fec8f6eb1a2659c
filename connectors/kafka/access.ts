/**
 * How a client shows the brokers who it is: TLS with or without a certificate of its own, and SASL.
 *
 * TLS is on, with verification, unless every broker is on loopback. Plaintext elsewhere needs
 * ERRATA_KAFKA_INSECURE.
 *
 * OAUTHBEARER is spoken here rather than by the library: a broker answers a bad token with a text,
 * and waits; the library takes that for a success, is cut off at its next request, and tries again
 * for ever.
 */

import type { KafkaConfig, SASLOptions } from 'kafkajs'
import type { Config } from '../../config.ts'
import { extensionsIn, type Mechanism } from '../../config/kafka.ts'
import { ErrataError, fateOf } from '../../errors.ts'
import { openTokens, type TokenSource } from '../client-credentials.ts'
import { tlsOptions } from '../tls.ts'
import { kafkajs } from './read-committed.ts'

export type AccessSettings = Pick<
  Config,
  | 'kafkaTls'
  | 'kafkaInsecure'
  | 'kafkaCa'
  | 'kafkaCert'
  | 'kafkaKey'
  | 'kafkaKeyPassword'
  | 'kafkaSaslMechanism'
  | 'kafkaUser'
  | 'kafkaPassword'
  | 'kafkaTokenUrl'
  | 'kafkaClientId'
  | 'kafkaClientSecret'
  | 'kafkaScope'
  | 'kafkaExtensions'
  | 's3Region'
  | 's3AccessKey'
  | 's3SecretKey'
  | 's3SessionToken'
>

type Warn = (facts: object, message: string) => void

/** CONFIG_INVALID where the settings do not fit. */
export function accessOf(
  settings: AccessSettings,
  brokers: readonly string[],
  warn: Warn,
): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return { ...tls(settings, brokers, warn), ...sasl(settings) }
}

function tls(
  settings: AccessSettings,
  brokers: readonly string[],
  warn: Warn,
): Pick<KafkaConfig, 'ssl'> {
  const { kafkaCa: ca, kafkaCert: cert, kafkaKey: key, kafkaKeyPassword: keyPassword } = settings
  const loopback = brokers.every(isLoopback)
  const wanted = settings.kafkaTls ?? (!loopback || ca !== null || cert !== null)
  if (wanted) return { ssl: tlsOptions({ ca, cert, key, keyPassword }, 'KAFKA') }
  if (loopback) return {}
  if (!settings.kafkaInsecure) {
    throw new ErrataError(
      'CONFIG_INVALID',
      'plaintext to brokers that are not on loopback needs ERRATA_KAFKA_INSECURE=1',
      { brokers: brokers.join() },
    )
  }
  warn(
    { brokers },
    'connecting to Kafka in plaintext: everyone on the way can read and change documents',
  )
  return {}
}

/** `host:port`, `[::1]:port` */
function isLoopback(broker: string): boolean {
  const host = broker.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function sasl(settings: AccessSettings): Pick<KafkaConfig, 'sasl'> {
  const { kafkaUser: username, kafkaPassword: password } = settings
  if (username === null && settings.kafkaSaslMechanism === null) return {}
  const mechanism = (settings.kafkaSaslMechanism ?? 'scram-sha-512') as Mechanism
  switch (mechanism) {
    case 'oauthbearer':
      return {
        sasl: bearer(clientTokens(settings), extensionsIn(settings.kafkaExtensions ?? '') ?? {}),
      }
    case 'aws-msk-iam':
      return { sasl: bearer(mskTokens(settings), {}) }
    case 'plain':
    case 'scram-sha-256':
    case 'scram-sha-512':
      if (username === null || password === null)
        throw new ErrataError('CONFIG_INVALID', 'SASL needs KAFKA_USERNAME and KAFKA_PASSWORD')
      return { sasl: { mechanism, username, password } as SASLOptions }
    default:
      mechanism satisfies never
      throw new ErrataError('CONFIG_INVALID', 'unknown KAFKA_SASL_MECHANISM')
  }
}

function clientTokens(settings: AccessSettings): TokenSource {
  const { kafkaTokenUrl: tokenUrl, kafkaClientId: clientId } = settings
  const { kafkaClientSecret: clientSecret, kafkaScope: scope, kafkaCa: ca } = settings
  if (tokenUrl === null || clientId === null || clientSecret === null)
    throw new ErrataError(
      'CONFIG_INVALID',
      'oauthbearer needs KAFKA_OAUTH_TOKEN_URL, KAFKA_OAUTH_CLIENT_ID and KAFKA_OAUTH_CLIENT_SECRET',
    )
  const credentials = { tokenUrl, clientId, clientSecret, scope, ca }
  return openTokens({ ...credentials, prefix: 'KAFKA_OAUTH', unreachable: 'BROKER_UNREACHABLE' })
}

/** The signer is loaded where it is used: it is the only part of Kafka that knows AWS. */
function mskTokens(settings: AccessSettings): TokenSource {
  const { s3Region: region, s3AccessKey, s3SecretKey, s3SessionToken } = settings
  if (region === null) throw new ErrataError('CONFIG_INVALID', 'aws-msk-iam needs AWS_REGION')
  const credentials =
    s3AccessKey === null || s3SecretKey === null
      ? null
      : {
          accessKeyId: s3AccessKey,
          secretAccessKey: s3SecretKey,
          ...(s3SessionToken === null ? {} : { sessionToken: s3SessionToken }),
        }
  return async () => (await import('./msk-iam.ts')).signMskToken(region, credentials)
}

const separator = '\u0001' // of RFC 7628
const lengthBytes = 4
const withLength = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(lengthBytes)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The initial response of RFC 7628, with Kafka's extensions. */
export function bearerResponse(
  token: string,
  extensions: Readonly<Record<string, string>>,
): Buffer {
  const pairs = Object.entries(extensions).map(([name, value]) => `${name}=${value}`)
  return Buffer.from(['n,,', `auth=Bearer ${token}`, ...pairs, '', ''].join(separator), 'utf8')
}

function bearer(
  tokens: TokenSource,
  extensions: Readonly<Record<string, string>>,
): NonNullable<KafkaConfig['sasl']> {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ host, port, saslAuthenticate }) => ({
      async authenticate() {
        const token = await tokens().catch((error: unknown) => {
          throw fateOf(error) === 'retry' ? retriable(error as ErrataError, host, port) : error
        })
        let refusal = ''
        const send = async (bytes: Buffer): Promise<unknown> =>
          saslAuthenticate({
            request: { encode: () => withLength(bytes) },
            response: {
              decode: (raw) => raw,
              parse: (raw) => (refusal = raw.subarray(lengthBytes).toString('utf8')),
            },
          })
        try {
          await send(bearerResponse(token, extensions))
          if (refusal !== '') await send(Buffer.from(separator)) // the broker's error is the answer
        } catch (error) {
          if (!(error instanceof kafkajs.KafkaJSProtocolError)) throw error
          throw refused(error.message)
        }
        if (refusal !== '') throw refused(refusal)
      },
    }),
  }
}

function refused(said: string): ErrataError {
  const why =
    'the broker refuses the token: see KAFKA_OAUTH_SCOPE and KAFKA_OAUTH_EXTENSIONS, or AWS_REGION and the role'
  return new ErrataError('CONFIG_INVALID', why, { said: said.slice(0, 200) })
}

/** As an error that the library waits out, as it does where a broker is away. */
function retriable(error: ErrataError, host: string, port: number): Error {
  return new kafkajs.KafkaJSConnectionError(error.message, { broker: `${host}:${port}` })
}
