/** A cluster and a registry run by somebody else: checked, never started or stopped. */

import type { Config } from '../../config.ts'
import { checkRegistry } from '../../connectors/registry/access.ts'
import { ErrataError } from '../../errors.ts'
import { answers } from './ports.ts'
import type { Addresses } from './sasl.ts'

/**
 * BROKER_UNREACHABLE where no broker accepts a connection, REGISTRY_UNREACHABLE, CONFIG_INVALID
 * without a registry's address or where the registry refuses us.
 */
export async function checkExternal(config: Config): Promise<Addresses> {
  const { brokers, registryUrl, kafkaSaslMechanism, kafkaUser, kafkaPassword } = config
  if (brokers === null) throw new ErrataError('CONFIG_INVALID', 'KAFKA_BROKERS is not set')
  if (registryUrl === null)
    throw new ErrataError(
      'CONFIG_INVALID',
      'KAFKA_BROKERS needs SCHEMA_REGISTRY_URL beside it: the base URL of a Confluent-compatible schema registry',
    )
  const reached = await Promise.all(
    addressesOf(brokers).map(({ host, port }) => answers(port, host, 5_000)),
  )
  if (!reached.includes(true))
    throw new ErrataError(
      'BROKER_UNREACHABLE',
      'no broker of KAFKA_BROKERS accepts a connection; unset it to use a local broker',
      { brokers },
    )
  await checkRegistry(config, registryUrl)
  const credentials = { kafkaSaslMechanism, kafkaUser, kafkaPassword }
  return { brokers, registryUrl, credentials, clientFile: null }
}

/** `host:port, [::1]:port` as addresses; CONFIG_INVALID for anything else. */
export function addressesOf(brokers: string): readonly { host: string; port: number }[] {
  return brokers.split(',').map((text) => {
    const [, host = '', port = ''] = /^\s*\[?([^\]\s]+?)\]?:(\d{1,5})\s*$/.exec(text) ?? []
    if (host === '' || Number(port) === 0 || Number(port) > 65_535)
      throw new ErrataError('CONFIG_INVALID', 'KAFKA_BROKERS must be host:port, comma separated', {
        brokers,
      })
    return { host, port: Number(port) }
  })
}
