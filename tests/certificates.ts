/** Certificates of a test: an authority, and what it has signed. */

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Signed {
  /** PEM. */
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
}

export interface Authority {
  readonly pem: string
  readonly file: string
  /** For 127.0.0.1 and localhost; the key is encrypted where there is a password. */
  sign(name: string, password?: string): Signed
}

const run = (words: readonly string[]): void =>
  void execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] })

export function makeAuthority(folder: string, name: string): Authority {
  const [key, file] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  run([
    'req',
    '-x509',
    ...curve,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    key,
    '-out',
    file,
  ])
  return {
    pem: readFileSync(file, 'utf8'),
    file,
    sign(of, password) {
      const at = (kind: string): string => join(folder, `${name}-${of}.${kind}`)
      writeFileSync(at('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
      run(['req', ...curve, '-subj', `/CN=${of}`, '-keyout', at('plain'), '-out', at('csr')])
      const days = ['-days', '2', '-CAcreateserial', '-extfile', at('ext')]
      run([
        'x509',
        '-req',
        '-in',
        at('csr'),
        '-CA',
        file,
        '-CAkey',
        key,
        ...days,
        '-out',
        at('crt'),
      ])
      const locked =
        password === undefined ? [] : ['-v2', 'aes-256-cbc', '-passout', `pass:${password}`]
      const form = password === undefined ? ['-nocrypt'] : []
      run(['pkcs8', '-topk8', ...form, ...locked, '-in', at('plain'), '-out', at('pk8')])
      return {
        cert: readFileSync(at('crt'), 'utf8'),
        key: readFileSync(at('pk8'), 'utf8'),
        certFile: at('crt'),
        keyFile: at('pk8'),
      }
    },
  }
}
