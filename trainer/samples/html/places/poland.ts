/** Companies and invoices of PL: Polish towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const poland: Place = {
  code: 'PL',
  currency: 'PLN',
  marks: 'zł|PLN|zł|PLN',
  decimals: 2,
  rates: [23, 8, 5],
  point: ',',
  groups: 's|n|s|.|',
  dates: 'yyyy-mm-dd|dd.mm.yyyy|dd-mm-yyyy|long|dd.mm.yyyy|dd/mm/yyyy',
  towns:
    '00-950 Warszawa|30-002 Kraków|50-101 Wrocław|61-701 Poznań|80-211 Gdańsk|90-001 Łódź|40-013 Katowice|20-002 Lublin|85-067 Bydgoszcz|35-001 Rzeszów',
  street: '{s} {n}',
  streets:
    'ul. Kwiatowa|ul. Mickiewicza|al. Jerozolimskie|ul. Długa|ul. Przemysłowa|ul. Polna|os. Słoneczne|ul. Kościuszki|pl. Wolności',
  surnames:
    'Kowalski|Nowak|Wiśniewski|Wójcik|Zieliński|Lewandowski|Szymański|Dąbrowski|Kozłowski|Mazur',
  givenNames: 'Anna|Piotr|Katarzyna|Tomasz|Agnieszka|Marcin|Ewa|Paweł|Łukasz',
  trades:
    'Hurtownia|Usługi Budowlane|Transport|Biuro Rachunkowe|Drukarnia|Meble|Elektro|Serwis|Logistyka|Studio Graficzne|Piekarnia',
  forms:
    '{n} Sp. z o.o.|{n} Sp. z o.o.|{n} S.A.|{n} Sp. j.|{n} Sp. k.|P.P.H.U. {n}|{n} sp. z o.o.|F.H.U. {n}',
  banks: 'PKO Bank Polski|mBank S.A.|Santander Bank Polska|ING Bank Śląski|Bank Pekao S.A.',
  phone: '+48 ### ### ###',
  name: 'Polska',
  iban: '########################',
  vat: 'PL##########',
}
