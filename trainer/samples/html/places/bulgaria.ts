/** Companies and invoices of BG: Bulgarian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const bulgaria: Place = {
  code: 'BG',
  currency: 'BGN',
  marks: 'лв.|BGN|лв',
  decimals: 2,
  rates: [20, 9],
  point: '.',
  groups: 's|n|',
  dates: 'dd.mm.yyyy|dd.mm.yyyy г.|long|dd/mm/yyyy',
  towns: '1000 София|4000 Пловдив|9000 Варна|8000 Бургас|7000 Русе',
  street: '{s} {n}',
  streets: 'бул. Витоша|ул. Иван Вазов|ул. Шипка|бул. България|ул. Раковски',
  surnames: 'Иванов|Георгиев|Димитров|Петров|Николов|Стоянов|Тодоров',
  givenNames: 'Иван|Мария|Георги|Елена|Димитър|Анна',
  trades: 'Строй|Транс|Счетоводство|Печат|Мебели|Електро|Хлебозавод|Софтуер|Търговия',
  forms: '{n} ООД|{n} ЕООД|„{n}“ ООД|{n} АД|ЕТ {n}',
  banks: 'УниКредит Булбанк|Банка ДСК|ОББ|Пощенска банка',
  phone: '+359 2 ### ####',
  name: 'България',
  iban: '@@@@##############',
  vat: 'BG#########',
}
