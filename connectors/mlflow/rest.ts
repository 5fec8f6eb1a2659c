/** Requests to MLflow's REST API (3.x), and its errors as MLFLOW_UNREACHABLE. */

import { ErrataError } from '../../errors.ts'

export interface Rest {
  readonly send: (
    method: string,
    path: string,
    body?: Uint8Array | string,
    type?: string,
  ) => Promise<Response>
  readonly post: <T>(path: string, body: object) => Promise<T>
  readonly get: <T>(path: string, query: Readonly<Record<string, string>>) => Promise<T>
}

export interface Tag {
  readonly key: string
  readonly value: string
}

const timeoutMs = 30_000
export const longestText = 6_000 // characters of a parameter

/** `url` may contain user and password. */
export function openRest(url: string): Rest {
  const base = new URL(url)
  const authorization =
    base.username === ''
      ? {}
      : {
          authorization: `Basic ${Buffer.from(`${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`).toString('base64')}`,
        }
  base.username = base.password = ''
  const root = base.href.replace(/\/$/, '')

  const send = async (
    method: string,
    path: string,
    body?: Uint8Array | string,
    type = 'application/json',
  ): Promise<Response> => {
    try {
      const response = await fetch(root + path, {
        method,
        headers: { ...authorization, ...(body === undefined ? {} : { 'content-type': type }) },
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
        ...(body === undefined ? {} : { body: body as never }),
      })
      if (response.ok) return response
      const text = (await response.text()).slice(0, 500)
      const code = /"error_code":\s*"([A-Z_]+)"/.exec(text)?.[1] ?? ''
      throw new ErrataError('MLFLOW_UNREACHABLE', `MLflow answers ${response.status} ${code}`, {
        status: response.status,
        error: code,
        path: path.split('?')[0] as string,
      })
    } catch (error) {
      throw error instanceof ErrataError
        ? error
        : new ErrataError(
            'MLFLOW_UNREACHABLE',
            'MLflow can not be reached',
            { path: path.split('?')[0] as string },
            error,
          )
    }
  }
  const post = async <T>(path: string, body: object): Promise<T> =>
    (await (await send('POST', `/api/2.0/mlflow/${path}`, JSON.stringify(body))).json()) as T
  const get = async <T>(path: string, query: Readonly<Record<string, string>>): Promise<T> =>
    (await (
      await send('GET', `/api/2.0/mlflow/${path}?${new URLSearchParams(query).toString()}`)
    ).json()) as T
  return { send, post, get }
}

/** Null for 404, else the result of `act`. */
export async function unlessMissing<T>(act: () => Promise<T>): Promise<T | null> {
  return act().catch((error: unknown) => {
    if (isError(error, 'RESOURCE_DOES_NOT_EXIST')) return null
    throw error
  })
}

export function entries(values: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }))
}

export function isError(error: unknown, code: string): boolean {
  return error instanceof ErrataError && error.facts['error'] === code
}

/** The address of an artifact's file behind the proxy. */
export const artifact = (source: string, file: string): string =>
  `/api/2.0/mlflow-artifacts/artifacts/${proxied(source)}/${file}`

/**
 * The path of an artifact below the server's proxy. MODEL_UNUSABLE for any other address, and for
 * paths with `..`.
 */
function proxied(source: string): string {
  const path = /^mlflow-artifacts:\/+(?:[^/]+:\d+\/)?(.+)$/.exec(source)?.[1] ?? ''
  if (
    path === '' ||
    path.split('/').some((part) => part === '..' || part === '.') ||
    /[?#%\\]/.test(path)
  )
    throw new ErrataError(
      'MODEL_UNUSABLE',
      'the artifacts of this MLflow are not behind its proxy',
      {},
    )
  return path
}
