import { readConfig } from '../../../config.ts'
import { openCluster } from '../../../connectors/kafka/kafka.ts'
import type { ErrataError } from '../../../errors.ts'

const opens = (brokers: readonly string[], changes: object = {}): string => {
  const warned: string[] = []
  const log = {
    debug() {},
    info() {},
    error() {},
    warn: (_: object, message: string) => void warned.push(message),
  }
  try {
    openCluster({ ...readConfig({}), ...changes }, brokers, log)
    return warned.length > 0 ? 'opens with a warning' : 'opens'
  } catch (error) {
    return (error as ErrataError).code
  }
}

describe('a connection to a cluster', () => {
  test.each<[string, readonly string[], object, string]>([
    ['plaintext on loopback', ['127.0.0.1:9092', 'localhost:9093', '[::1]:9094'], {}, 'opens'],
    ['TLS elsewhere, which is the default', ['broker.example:9093'], {}, 'opens'],
    ['plaintext elsewhere', ['broker.example:9092'], { kafkaTls: false }, 'CONFIG_INVALID'],
    [
      'plaintext to one broker elsewhere',
      ['127.0.0.1:9092', '10.0.0.7:9092'],
      { kafkaTls: false },
      'CONFIG_INVALID',
    ],
    [
      'plaintext elsewhere where it is wanted',
      ['broker.example:9092'],
      { kafkaTls: false, kafkaInsecure: true },
      'opens with a warning',
    ],
    [
      'a name that only looks like loopback',
      ['127.0.0.1.example:9092'],
      { kafkaTls: false },
      'CONFIG_INVALID',
    ],
    [
      'SASL with user and password',
      ['127.0.0.1:9092'],
      { kafkaUser: 'u', kafkaPassword: 'p' },
      'opens',
    ],
    ['SASL without a password', ['127.0.0.1:9092'], { kafkaUser: 'u' }, 'CONFIG_INVALID'],
    [
      'a mechanism that is not known',
      ['127.0.0.1:9092'],
      { kafkaUser: 'u', kafkaPassword: 'p', kafkaSaslMechanism: 'gssapi' },
      'CONFIG_INVALID',
    ],
  ])('with %s', (_, brokers, changes, outcome) => {
    expect(opens(brokers, changes)).toBe(outcome)
  })
})
