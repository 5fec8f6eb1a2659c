/** Companies and invoices of TR: Turkish towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const turkey: Place = {
  code: 'TR',
  currency: 'TRY',
  marks: 'TL|₺|TRY|TL',
  decimals: 2,
  rates: [20, 10, 1],
  point: ',',
  groups: '.|.|.',
  dates: 'dd.mm.yyyy|dd/mm/yyyy|dd-mm-yyyy|long',
  towns:
    '34394 Şişli / İstanbul|06420 Çankaya / Ankara|35220 Konak / İzmir|16040 Osmangazi / Bursa|07100 Muratpaşa / Antalya',
  street: '{s} No: {n}',
  streets:
    'Atatürk Cad.|Cumhuriyet Cad.|İstiklal Cad.|Bağdat Cad.|Gül Sok.|Organize Sanayi Bölgesi 3. Cad.|İnönü Bulvarı',
  surnames: 'Yılmaz|Kaya|Demir|Çelik|Şahin|Yıldız|Öztürk|Aydın|Arslan',
  givenNames: 'Mehmet|Ayşe|Mustafa|Fatma|Ahmet|Zeynep|Emre|Elif',
  trades: 'İnşaat|Lojistik|Muhasebe|Matbaa|Mobilya|Elektrik|Otomotiv|Gıda|Yazılım|Danışmanlık',
  forms: '{n} Ltd. Şti.|{n} A.Ş.|{n} San. ve Tic. Ltd. Şti.|{n} Tic. A.Ş.|{n} Limited Şirketi',
  banks: 'Türkiye İş Bankası|Garanti BBVA|Ziraat Bankası|Akbank|Yapı Kredi',
  phone: '0212 ### ## ##',
  name: 'Türkiye',
  iban: '#####0################',
  vat: '##########',
}
