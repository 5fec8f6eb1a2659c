/**
 * Tax identifiers as they are printed at home, without the country's prefix: `558-006-30-59` in
 * Poland, `02.193.435/0001-25` in Brazil. Formats and check digits are those of stdnum; Saudi
 * Arabia and the Emirates publish a format only.
 */

import { stdnum } from 'stdnum'

// The names that stdnum gives to the numbers under which companies and traders pay tax on sales
const names =
  'nrt nipt nif cuit uid abn nn vat cnpj cpf cif nie rut uscc nit cvr dic rnc ruc kmkr alv tva oib anum npwp iva vsk pvm pvn cn pin brn idno pib edb rfc ird ntn nip inn mva ddv dph coe vkn ubn gstin'.split(
    ' ',
  )
const validators = new Map(
  Object.entries(stdnum).map(([country, known]) => [
    country,
    names.flatMap((name) => known[name] ?? []),
  ]),
)
const formats = new Map([
  ['SA', /^3\d{13}3$/],
  ['AE', /^100\d{12}$/],
])
const prefixes = new Map([['JP', /^T/]]) // that stdnum doesn't know

/** Whether a text is a tax identifier of a country (ISO 3166) by its format and check digits. */
export function isTaxIdOf(country: string, text: string): boolean {
  const plain = text.replace(prefixes.get(country) ?? '', '')
  if (!/^[A-ZÑ&0-9][A-ZÑ&0-9./-]{6,18}$/.test(plain) || !/\d{3}/.test(plain)) return false
  return (
    formats.get(country)?.test(plain) === true ||
    (validators.get(country) ?? []).some((one) => one.validate(plain).isValid)
  )
}
