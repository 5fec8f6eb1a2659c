/**
 * How a client shows a registry who it is: Basic, a bearer token that is fixed or comes from a token
 * endpoint, a certificate, and the headers by which Confluent Cloud finds the cluster.
 */

import { Agent } from 'node:https'
import type { Config } from '../../config.ts'
import { openTokens } from '../client-credentials.ts'
import { ErrataError } from '../../errors.ts'
import {
  certificateFault,
  reasonOf,
  requestHttp,
  tlsOptions,
  type HttpAnswer,
  type HttpRequest,
} from '../tls.ts'

export type RegistrySettings = Pick<Config, 'registryUser' | 'registryPassword'> &
  Partial<
    Pick<
      Config,
      | 'registryToken'
      | 'registryTokenUrl'
      | 'registryClientId'
      | 'registryClientSecret'
      | 'registryScope'
      | 'registryCluster'
      | 'registryIdentityPool'
      | 'registryCa'
      | 'registryCert'
      | 'registryKey'
      | 'registryKeyPassword'
    >
  >

export interface RegistryAccess {
  /** Null where the address is not one of TLS. */
  readonly agent: Agent | null
  /** Of each request. CONFIG_INVALID or REGISTRY_UNREACHABLE where no token is to be had. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  readonly request: (path: string, request: HttpRequest, deadlineMs?: number) => Promise<HttpAnswer>
}

/** CONFIG_INVALID where the settings do not fit. */
export function registryAccess(settings: RegistrySettings, url: string): RegistryAccess {
  const tls = tlsOptions(
    {
      ca: settings.registryCa ?? null,
      cert: settings.registryCert ?? null,
      key: settings.registryKey ?? null,
      keyPassword: settings.registryKeyPassword ?? null,
    },
    'SCHEMA_REGISTRY',
  )
  const base = url.replace(/\/$/, '')
  const authorization = authorizationOf(settings)
  const headers = async (): Promise<Record<string, string>> => {
    const { registryCluster: cluster, registryIdentityPool: pool } = settings
    const shown = await authorization()
    return {
      ...(shown === null ? {} : { authorization: shown }),
      ...(cluster == null ? {} : { 'target-sr-cluster': cluster }),
      ...(pool == null ? {} : { 'Confluent-Identity-Pool-Id': pool }),
    }
  }
  return {
    agent: base.startsWith('https:') ? new Agent({ ...tls, keepAlive: true }) : null,
    headers,
    request: async (path, request, deadlineMs) => {
      const all = { ...request.headers, ...(await headers()) }
      return requestHttp(`${base}${path}`, { ...request, headers: all }, tls, deadlineMs)
    },
  }
}

const patienceMs = 5_000

/** Of bodies that are sent. */
export const registryJson = 'application/vnd.schemaregistry.v1+json'

/** Whether a status says that we may not. */
export const refusesUs = (status: number | null): status is 401 | 403 =>
  status === 401 || status === 403

/** Whether it answers us. CONFIG_INVALID where it refuses us, REGISTRY_UNREACHABLE. */
export async function checkRegistry(settings: RegistrySettings, url: string): Promise<void> {
  const access = registryAccess(settings, url)
  const { status } = await access
    .request('/subjects', { method: 'GET' }, patienceMs)
    .catch((error: unknown) => {
      throw connectionFailure(error, { registryUrl: new URL(url).origin })
    })
    .finally(() => access.agent?.destroy())
  if (refusesUs(status))
    throw new ErrataError('CONFIG_INVALID', registryRefuses(''), placeOf(url, String(status)))
  if (status >= 300) {
    const why = 'SCHEMA_REGISTRY_URL answers like no registry'
    throw new ErrataError('REGISTRY_UNREACHABLE', why, placeOf(url, String(status)))
  }
}

/** Why no answer came, as an error with a code. */
export function connectionFailure(error: unknown, facts: Record<string, string>): ErrataError {
  if (error instanceof ErrataError) return error
  const place = { ...facts, reason: reasonOf(error) }
  const fault = certificateFault(error as Error)
  if (fault === 'ours') {
    const why =
      'the registry refuses our certificate: see SCHEMA_REGISTRY_CERT and SCHEMA_REGISTRY_KEY'
    return new ErrataError('CONFIG_INVALID', why, place, error)
  }
  const hint = fault === 'theirs' ? ' as we trust it: SCHEMA_REGISTRY_CA names its authority' : ''
  const why = `SCHEMA_REGISTRY_URL does not answer${hint}`
  return new ErrataError('REGISTRY_UNREACHABLE', why, place, error)
}

const placeOf = (url: string, reason: string): Record<string, string> => ({
  registryUrl: new URL(url).origin,
  reason,
})

/** For people; `what` it refuses them for, or empty. */
export function registryRefuses(what: string): string {
  const asked = what === '' ? '' : ` for ${what}`
  return `the registry refuses our credentials${asked}: see SCHEMA_REGISTRY_USERNAME, SCHEMA_REGISTRY_TOKEN, SCHEMA_REGISTRY_OAUTH_CLIENT_ID or SCHEMA_REGISTRY_CERT`
}

function authorizationOf(settings: RegistrySettings): () => Promise<string | null> {
  const { registryUser: user, registryPassword: password, registryToken: token } = settings
  const { registryTokenUrl: tokenUrl, registryClientId, registryClientSecret } = settings
  if (tokenUrl != null) {
    const tokens = openTokens({
      tokenUrl,
      clientId: registryClientId ?? '',
      clientSecret: registryClientSecret ?? '',
      scope: settings.registryScope ?? null,
      ca: settings.registryCa ?? null,
      prefix: 'SCHEMA_REGISTRY_OAUTH',
      unreachable: 'REGISTRY_UNREACHABLE',
    })
    return async () => `Bearer ${await tokens()}`
  }
  if (token != null) return async () => `Bearer ${token}`
  if (user === null) return async () => null
  const basic = Buffer.from(`${user}:${password ?? ''}`).toString('base64')
  return async () => `Basic ${basic}`
}
