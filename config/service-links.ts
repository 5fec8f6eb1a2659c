/**
 * Variables that Kubernetes gives a pod for each service of its namespace (service links). Those of
 * a service `errata-web` begin with ERRATA_, and none of them is a setting:
 *
 *   ERRATA_WEB_SERVICE_HOST=10.0.0.1      ERRATA_WEB_PORT=tcp://10.0.0.1:8080
 *   ERRATA_WEB_SERVICE_PORT=8080          ERRATA_WEB_PORT_8080_TCP=tcp://10.0.0.1:8080
 *   ERRATA_WEB_SERVICE_PORT_HTTP=8080     ERRATA_WEB_PORT_8080_TCP_ADDR=10.0.0.1, _PROTO, _PORT
 *
 * They are known by name and value together, so that a mistyped setting is not taken for one.
 */

import { isIP } from 'node:net'

const isNumber = (value: string): boolean => /^\d{1,5}$/.test(value)
const isPlace = (value: string): boolean => /^(tcp|udp|sctp):\/\/\S+:\d{1,5}$/.test(value)

const links: readonly (readonly [name: RegExp, isValue: (value: string) => boolean])[] = [
  [/_SERVICE_HOST$/, (value) => isIP(value) > 0],
  [/_SERVICE_PORT(_[A-Z0-9_]+)?$/, isNumber],
  [/_PORT$/, isPlace],
  [/_PORT_\d+_(TCP|UDP|SCTP)$/, isPlace],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PROTO$/, (value) => /^(tcp|udp|sctp)$/.test(value)],
  [/_PORT_\d+_(TCP|UDP|SCTP)_PORT$/, isNumber],
  [/_PORT_\d+_(TCP|UDP|SCTP)_ADDR$/, (value) => isIP(value) > 0],
]

export function isServiceLink(name: string, value: string): boolean {
  return links.some(([pattern, isValue]) => pattern.test(name) && isValue(value))
}

/** What is wrong with a setting that is a service link in truth; null where it is none. */
export function faultOfServiceLink(name: string, value: string): string | null {
  if (!name.endsWith('_PORT') || !isPlace(value)) return null
  const service = name
    .replace(/_PORT$/, '')
    .toLowerCase()
    .replaceAll('_', '-')
  return (
    `is what Kubernetes says of its service ${service}, no setting of yours: ` +
    'put enableServiceLinks: false into the pod, or set the variable there'
  )
}
