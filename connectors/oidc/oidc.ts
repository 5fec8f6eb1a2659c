/**
 * Login at an OpenID provider: authorization code with PKCE, state and nonce (OpenID Connect Core
 * 1.0; RFC 7636), by openid-client. The provider's metadata is fetched at the first login, and
 * again after a failure: an unavailable provider doesn't affect people who are logged in.
 */

import * as client from 'openid-client'
import { ErrataError } from '../../errors.ts'

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  readonly roleClaim: string
}

/** State to keep between the redirect to the provider and the return. */
export interface LoginFlow {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface Identity {
  readonly subject: string // verified e-mail address, else the provider's identifier
  readonly name: string
  readonly roles: readonly string[]
}

export interface Oidc {
  /** Where to redirect the browser. STORE_UNREACHABLE where the provider doesn't respond. */
  readonly begin: () => Promise<{ readonly url: string; readonly flow: LoginFlow }>
  /** The person who returned; rejects if state, nonce, signature or time are invalid. */
  readonly finish: (address: URL, flow: LoginFlow) => Promise<Identity>
}

export function openOidc({
  issuer,
  clientId,
  clientSecret,
  redirectUri,
  roleClaim,
}: OidcSettings): Oidc {
  let discovered: Promise<client.Configuration> | null = null
  const isLoopback = /^http:\/\/(127\.|localhost[:/]|\[::1\])/.test(issuer)
  const provider = async (): Promise<client.Configuration> => {
    discovered ??= client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: 10,
      ...(isLoopback ? { execute: [client.allowInsecureRequests] } : {}),
    })
    try {
      return await discovered
    } catch (error) {
      discovered = null
      throw new ErrataError('STORE_UNREACHABLE', 'the OpenID provider does not answer', {}, error)
    }
  }
  return {
    async begin() {
      const flow = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      }
      const url = client.buildAuthorizationUrl(await provider(), {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, flow }
    },
    async finish(address, flow) {
      const tokens = await client.authorizationCodeGrant(await provider(), address, {
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        pkceCodeVerifier: flow.verifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims() as client.IDToken
      const email =
        typeof claims.email === 'string' && claims.email_verified === true ? claims.email : null
      const roles = claims[roleClaim]
      return {
        subject: email ?? claims.sub,
        name:
          [claims.name, claims.preferred_username, email].find(
            (text): text is string => typeof text === 'string' && text !== '',
          ) ?? claims.sub,
        roles: (Array.isArray(roles) ? roles : [roles]).filter(
          (role): role is string => typeof role === 'string',
        ),
      }
    },
  }
}
