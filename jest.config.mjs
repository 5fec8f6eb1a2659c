/**
 * Three projects:
 *
 *   unit    pure code, about a minute: needs nothing but Node
 *   parts   everything else without a broker: connectors, trainer, commands, pages in a browser
 *   stream  the real broker and schema registry, started once for the run where a test wants them
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

const pure = ['processors', 'runtime', 'schemas', 'web', 'golden', 'mutants']
const withBroker = ['real', 'faults', 'three-brokers']
const under = (folders) => folders.map((folder) => `<rootDir>/tests/${folder}/`)

export default {
  testTimeout: 60_000, // ms
  // `npm run coverage`: of what unit tests are for. Its floor is the figure of the day it was set
  collectCoverageFrom: ['{processors,runtime,schemas}/**/*.ts', '*.ts'],
  coverageProvider: 'babel', // v8's takes several times as long here
  coverageDirectory: 'dist/coverage',
  coverageReporters: ['text-summary', 'html'],
  coverageThreshold: { global: { lines: 96, branches: 89, functions: 94 } },
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: [
        ...under(pure).map((folder) => `${folder}**/*.test.ts`),
        '<rootDir>/tests/*.test.ts',
      ],
    },
    {
      ...common,
      displayName: 'parts',
      testMatch: ['<rootDir>/tests/*/**/*.test.{ts,tsx}'],
      testPathIgnorePatterns: ['/node_modules/', ...under([...pure, ...withBroker])],
    },
    {
      ...common,
      displayName: 'stream',
      testMatch: under(withBroker).map((folder) => `${folder}**/*.test.ts`),
      globalSetup: '<rootDir>/tests/setup.ts',
      globalTeardown: '<rootDir>/tests/teardown.ts',
    },
  ],
}
