/** Why something isn't done about an account: for commands, and for the API, which adds a status. */

export type AccountRefusalCode =
  | 'NAME_INVALID'
  | 'NAME_TAKEN'
  | 'USER_UNKNOWN'
  | 'PASSWORD_INVALID'
  | 'LOGIN_WRONG' // unknown name or wrong password: which of them is nobody's business
  | 'LOGIN_WAIT' // too many wrong tries
  | 'LOGINS_BUSY'
  | 'LAST_OPERATOR'
  | 'NO_ACCOUNT' // whoever asks has no account here
  | 'TOKEN_UNKNOWN'
  | 'TOO_MANY_TOKENS'

export class AccountRefusal extends Error {
  readonly code: AccountRefusalCode
  readonly waitSeconds: number | null

  constructor(code: AccountRefusalCode, message: string, waitSeconds: number | null = null) {
    super(message)
    this.code = code
    this.waitSeconds = waitSeconds
  }
}
