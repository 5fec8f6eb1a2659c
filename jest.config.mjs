/**
 * Two projects: `quick` needs nothing but Node (and what a test itself asks for), `real` gets a
 * broker and a schema registry, started once for the run and only when one of its tests is
 * selected.
 */

const common = {
  testEnvironment: '<rootDir>/tests/environment.cjs',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  transformIgnorePatterns: ['/node_modules/(?!(openid-client|oauth4webapi|jose)/)'],
  transform: {
    // what is published as ES modules only is compiled for the tests as well
    '^.+\\.(ts|tsx|mjs)$|/node_modules/(openid-client|oauth4webapi|jose)/.+\\.js$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
}

const withStack = ['/tests/real/', '/tests/faults/']

export default {
  testTimeout: 60_000, // ms
  projects: [
    { ...common, displayName: 'quick', testPathIgnorePatterns: ['/node_modules/', ...withStack] },
    {
      ...common,
      displayName: 'real',
      testMatch: withStack.flatMap((folder) => [`**${folder}**/*.test.ts`]),
      globalSetup: '<rootDir>/tests/setup.ts',
      globalTeardown: '<rootDir>/tests/teardown.ts',
    },
  ],
}
