/** Companies and invoices of UA: Ukrainian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const ukraine: Place = {
  code: 'UA',
  currency: 'UAH',
  marks: 'грн|₴|UAH|грн.',
  decimals: 2,
  rates: [20, 7],
  point: ',',
  groups: 's|n|',
  dates: 'dd.mm.yyyy|long|dd.mm.yyyy',
  towns: '01001 м. Київ|79000 м. Львів|65000 м. Одеса|49000 м. Дніпро|61000 м. Харків',
  street: '{s}, {n}',
  streets: 'вул. Хрещатик|вул. Шевченка|просп. Перемоги|вул. Франка|вул. Садова',
  surnames: 'Шевченко|Коваленко|Бондаренко|Ткаченко|Мельник|Кравченко',
  givenNames: 'Олександр|Олена|Андрій|Наталія|Сергій|Ірина',
  trades: 'Буд|Транс|Облік|Друк|Меблі|Електро|Хліб|Софт|Торгівля',
  forms: 'ТОВ «{n}»|ТОВ "{n}"|ПП «{n}»|ФОП {n}|АТ «{n}»',
  banks: 'ПриватБанк|Ощадбанк|Укрсиббанк|ПУМБ',
  phone: '+38 044 ### ## ##',
  name: 'Україна',
  iban: '#########################',
  vat: '############',
}
