import { readFileSync } from 'node:fs'
import { settingsText } from '../../docs/settings.ts'

test('the page of settings is what config.ts says (npm run docs)', () => {
  expect(readFileSync('docs/settings.md', 'utf8')).toBe(settingsText())
})
