/**
 * Passwords: hashed by scrypt with what OWASP advises (Password Storage Cheat Sheet: N = 2^15, r = 8,
 * p = 3, the choice of 32 MiB, so that two at a time take 64), and stored with those numbers. A hash
 * of lower numbers is made anew at the next login.
 *
 * A try costs a quarter of a second of a core, whether the account exists or not. Two are worked on
 * at a time, off the main thread, some more wait, and what comes beyond is refused at once: so
 * logins can't hold up what else the process does.
 */

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { foldedName } from '../processors/review/account-name.ts'
import { AccountRefusal } from '../processors/review/account-refusal.ts'

export const shortestPassword = 12 // characters
export const longestPassword = 256

export interface Cost {
  readonly ln: number // log2 of N
  readonly r: number
  readonly p: number
}

const advised: Cost = { ln: 15, r: 8, p: 3 }
const saltBytes = 16
const hashBytes = 32
const mostAtOnce = 2
const mostWaiting = 16
const oneTimeLetters = 24 // of 5 bits each

/** Why a password is refused; null where it is not. No rule says what it is made of. */
export function faultOfPassword(password: string, name: string): string | null {
  const { length } = [...password]
  if (length < shortestPassword) return `a password has at least ${shortestPassword} characters`
  if (length > longestPassword) return `a password has at most ${longestPassword} characters`
  return foldedName(password) === foldedName(name) ? 'a password is not one’s name' : null
}

/** A password for somebody else, in groups that can be read aloud. */
export function oneTimePassword(): string {
  // 32, so that each byte gives one evenly, and none that looks like another
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
  const text = [...randomBytes(oneTimeLetters)].map((byte) => letters[byte & 31]).join('')
  return (text.match(/.{6}/g) as string[]).join('-')
}

export interface Passwords {
  /** PHC string of a new hash. LOGINS_BUSY. */
  readonly hash: (password: string) => Promise<string>
  /** Takes as long where `stored` is null, and is false then. LOGINS_BUSY. */
  readonly matches: (password: string, stored: string | null) => Promise<boolean>
  /** Whether the hash was made with lower numbers than those of today. */
  readonly isOutdated: (stored: string) => boolean
}

export function openPasswords(cost: Cost = advised): Passwords {
  const inTurn = someAtOnce()
  const decoy = { ...cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) }
  const derive = (password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> =>
    inTurn(
      () =>
        new Promise((resolve, reject) => {
          const options = { N: 2 ** ln, r, p, maxmem: 2 * 128 * 2 ** ln * r }
          // two ways of typing one letter are one password
          scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, key) =>
            error === null ? resolve(key) : reject(error),
          )
        }),
    )
  return {
    async hash(password) {
      const salt = randomBytes(saltBytes)
      return textOf(cost, salt, await derive(password, salt, cost))
    },
    async matches(password, stored) {
      const known = stored === null ? null : parse(stored)
      const { salt, hash, ...numbers } = known ?? decoy
      const derived = await derive(password, salt, numbers)
      return timingSafeEqual(derived, hash) && known !== null
    },
    isOutdated(stored) {
      const known = parse(stored)
      return known === null || known.ln < cost.ln || known.r < cost.r || known.p < cost.p
    },
  }
}

interface Parsed extends Cost {
  readonly salt: Buffer
  readonly hash: Buffer
}

function textOf({ ln, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  const [saltText, hashText] = [salt, hash].map((bytes) =>
    bytes.toString('base64').replace(/=+$/, ''),
  )
  return `$scrypt$ln=${ln},r=${r},p=${p}$${saltText}$${hashText}`
}

/** Null for what no version of ours wrote, and for numbers that would take too much memory. */
function parse(stored: string): Parsed | null {
  const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/
  const [, ln, r, p, salt = '', hash = ''] = form.exec(stored) ?? []
  const numbers = { ln: Number(ln), r: Number(r), p: Number(p) }
  const bytes = Buffer.from(hash, 'base64')
  const isSane = numbers.ln >= 1 && numbers.ln <= 20 && numbers.r <= 16 && numbers.p <= 16
  if (!isSane || bytes.length !== hashBytes) return null
  return { ...numbers, salt: Buffer.from(salt, 'base64'), hash: bytes }
}

/** Runs some work at once, lets some more wait, and refuses what comes beyond. LOGINS_BUSY. */
function someAtOnce(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  const turn = async (): Promise<void> => {
    if (running < mostAtOnce) return void (running += 1)
    if (waiting.length >= mostWaiting)
      throw new AccountRefusal(
        'LOGINS_BUSY',
        'too many passwords are being checked; try again soon',
      )
    return new Promise<void>((resolve) => waiting.push(resolve))
  }
  return async (work) => {
    await turn()
    try {
      return await work()
    } finally {
      const next = waiting.shift() // takes the place over
      if (next === undefined) running -= 1
      else next()
    }
  }
}
