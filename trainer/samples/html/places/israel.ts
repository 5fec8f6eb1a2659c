/** Companies and invoices of IL: Israeli towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const israel: Place = {
  code: 'IL',
  currency: 'ILS',
  marks: '₪|₪|ש"ח|ILS',
  decimals: 2,
  rates: [17],
  point: '.',
  groups: ',|,|',
  dates: 'dd/mm/yyyy|dd/mm/yy|dd.mm.yyyy|long',
  towns: 'תל אביב 6473921|ירושלים 9414101|חיפה 3303139|באר שבע 8457108|רעננה 4366241',
  street: '{s} {n}',
  streets: "רחוב הרצל|שדרות רוטשילד|רחוב ויצמן|דרך מנחם בגין|רחוב ז'בוטינסקי|רחוב האומנים",
  surnames: 'כהן|לוי|מזרחי|פרץ|ביטון|אברהם|פרידמן|דהן',
  givenNames: 'דוד|שרה|יוסף|רחל|משה|מיכל|אבי|נועה',
  trades: 'הנדסה|הובלות|ראיית חשבון|דפוס|רהיטים|חשמל|מזון|תוכנה|שיווק|ייעוץ',
  forms: '{n} בע"מ|{n} בע"מ|חברת {n} בע"מ|{n} ושות\'',
  banks: 'בנק הפועלים|בנק לאומי|בנק דיסקונט',
  phone: '03-#######',
  name: 'ישראל',
  iban: '###################',
  vat: '5########',
}
