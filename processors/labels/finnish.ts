/** Words that stand beside values on Finnish invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const finnish: LabelWords = {
  invoice_number:
    'Laskun numero|Laskunumero|Lasku nro|Lasku|Laskun nro|Numero|Hyvityslasku|Hyvityslaskun numero',
  issue_date: 'Laskun päivämäärä|Päiväys|Laskupäivä|Päivämäärä|Laskun päiväys|Pvm',
  due_date: 'Eräpäivä|Maksupäivä|Maksettava viimeistään',
  delivery_date: 'Toimituspäivä|Toimituspäivämäärä',
  period: 'Laskutuskausi|Ajanjakso',
  purchase_order:
    'Ostotilaus|Tilausnumeronne|Ostotilausnumero|Viitteenne|Tilaajan viite|Tilauksenne',
  order_number: 'Tilausnumero|Tilaus|Tilaus nro|Tilauspäivä',
  customer_number: 'Asiakasnumero|Asiakas nro|Asiakasnro',
  delivery_note: 'Lähete|Lähetteen numero|Toimitusnumero',
  net_total:
    'Veroton|Välisumma|Veroton yhteensä|Yhteensä ilman ALV|Netto|Summa ilman ALV|Veroton summa|Yhteensä veroton',
  tax_total: 'ALV|Arvonlisävero|ALV yhteensä|Vero|Veron määrä|Verot yhteensä',
  grand_total:
    'Yhteensä|Loppusumma|Summa|Yhteensä sis ALV|Verollinen yhteensä|Kokonaissumma|Verollinen summa|Laskun summa|Laskun loppusumma',
  due_payable:
    'Maksettava|Maksettavaa|Maksettavaa yhteensä|Maksettava yhteensä|Avoinna|Maksettava määrä',
  paid: 'Maksettu|Ennakkomaksu|Suoritettu',
  seller: 'Myyjä|Toimittaja|Lähettäjä|Laskuttaja',
  buyer: 'Ostaja|Asiakas|Laskutusosoite|Vastaanottaja|Laskun saaja|Tilaaja|Laskutetaan',
  ship_to: 'Toimitusosoite|Toimitus',
  vat_id: 'ALV-numero|ALV-tunniste|VAT-numero|ALV nro',
  registration: 'Y-tunnus',
  iban: 'IBAN|Tilinumero IBAN',
  bic: 'BIC|SWIFT',
  account: 'Tilinumero|Pankki|Tili|Viitenumero|Saajan tilinumero',
  currency: 'Valuutta',
  phone: 'Puhelin|Puh|Faksi',
  email: 'Sähköposti|Kotisivu',
  description: 'Kuvaus|Tuote|Nimike|Selite|Tuotekuvaus',
  quantity: 'Määrä|Kpl|Tunnit',
  unit_price: 'Hinta|Yksikköhinta|A-hinta|Yks hinta',
  line_total: 'Summa|Yhteensä|Rivisumma',
  article: 'Tuotenumero|Koodi|Tuotekoodi',
  unit: 'Yksikkö',
  tax_rate: 'ALV-kanta|ALV %|Verokanta',
  discount: 'Alennus',
  terms: 'Maksuehto|Maksuehdot|Maksutapa',
  document_type: 'Lasku|Hyvityslasku|Kuitti',
}
