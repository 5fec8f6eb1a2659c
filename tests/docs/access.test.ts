import { readFileSync } from 'node:fs'
import { accessText, rolesText } from '../../docs/access.ts'

test('the table of roles is what the code goes by (npm run docs)', () => {
  const page = readFileSync('docs/access.md', 'utf8')
  expect(page).toContain(rolesText())
  expect(page).toBe(accessText(page))
})
