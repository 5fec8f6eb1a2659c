/** The form in which names of months are known and looked up. */

/** Small letters without accents, no signs of abbreviation at the ends. */
export function plainName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^[ .׳॰]+|[ .׳॰]+$/g, '')
}
