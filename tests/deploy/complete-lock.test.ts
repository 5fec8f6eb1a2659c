import { readFileSync } from 'node:fs'
import { missingEntries } from '../../deploy/complete-lock.ts'

describe('package-lock.json', () => {
  test('names the binaries of every platform, or npm ci refuses it', () => {
    expect(
      missingEntries(
        JSON.parse(readFileSync('package-lock.json', 'utf8')) as Parameters<
          typeof missingEntries
        >[0],
      ),
    ).toEqual({})
  })

  test('one that lacks a binary is completed', () => {
    const packages = {
      'node_modules/a': {
        version: '1.0.0',
        dev: true,
        optionalDependencies: {
          '@a/core-darwin-arm64': '1.0.0',
          '@a/core-linux-x64': '1.0.0',
          fsevents: '^2.0.0',
        },
      },
      'node_modules/@a/core-linux-x64': { version: '1.0.0' },
    }
    expect(missingEntries({ packages })).toEqual({
      'node_modules/@a/core-darwin-arm64': {
        version: '1.0.0',
        cpu: ['arm64'],
        dev: true,
        optional: true,
        os: ['darwin'],
      },
    })
  })
})
