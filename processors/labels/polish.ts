/** Words that stand beside values on Polish invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const polish: LabelWords = {
  invoice_number:
    'Numer faktury|Faktura nr|Faktura VAT nr|Faktura|Faktura VAT|Nr faktury|Numer|Nr|Faktura korygująca nr|Numer dokumentu|Nr dokumentu|Korekta nr',
  issue_date:
    'Data wystawienia|Data|Data faktury|Wystawiono dnia|Wystawiona|Data dokumentu|Wystawiono|Data wystawienia faktury',
  due_date:
    'Termin płatności|Płatne do|Termin zapłaty|Data płatności|Zapłacić do|Płatność do|Do dnia',
  delivery_date: 'Data sprzedaży|Data dostawy|Data wykonania usługi|Data dostawy towaru',
  period: 'Okres|Okres rozliczeniowy',
  purchase_order:
    'Numer zamówienia|Zamówienie nr|Nr zamówienia|Państwa zamówienie|Zamówienie klienta|Nr zamówienia klienta|Referencje klienta',
  order_number: 'Zamówienie|Zlecenie|Nr zlecenia|Data zamówienia',
  customer_number: 'Numer klienta|Nr klienta|Kod klienta|Klient nr',
  delivery_note: 'WZ|Nr WZ|Dokument dostawy',
  net_total:
    'Wartość netto|Netto|Razem netto|Suma netto|Kwota netto|Suma częściowa|Podsuma|Ogółem netto|Wartość bez VAT',
  tax_total: 'VAT|Kwota VAT|Podatek VAT|Podatek|Razem VAT|Suma VAT|Wartość VAT',
  grand_total:
    'Wartość brutto|Razem|Suma|Brutto|Razem brutto|Kwota brutto|Ogółem|Suma brutto|Łącznie|Do zapłaty razem|Kwota|Wartość z VAT',
  due_payable:
    'Do zapłaty|Razem do zapłaty|Pozostało do zapłaty|Kwota do zapłaty|Należność|Saldo|Należność ogółem',
  paid: 'Zapłacono|Zaliczka|Wpłacono|Przedpłata',
  seller: 'Sprzedawca|Wystawca|Od|Dostawca|Zleceniobiorca|Usługodawca',
  buyer:
    'Nabywca|Klient|Odbiorca|Kupujący|Dla|Zamawiający|Płatnik|Faktura dla|Do|Usługobiorca|Dane nabywcy',
  ship_to: 'Adres dostawy|Adres wysyłki|Odbiorca towaru|Miejsce dostawy|Dostawa do',
  vat_id: 'NIP|NIP UE|VAT UE|Nr NIP|NIP nabywcy',
  registration: 'REGON|KRS',
  iban: 'IBAN',
  bic: 'BIC|SWIFT',
  account:
    'Nr konta|Numer konta|Konto|Bank|Rachunek bankowy|Nr rachunku|Konto bankowe|Numer rachunku',
  currency: 'Waluta',
  phone: 'Telefon|Tel|Fax|Kom',
  email: 'E-mail|Email|Strona|www',
  description: 'Nazwa|Opis|Nazwa towaru|Towar|Usługa|Nazwa towaru lub usługi|Produkt',
  quantity: 'Ilość|Liczba|Godziny',
  unit_price: 'Cena|Cena netto|Cena jedn|Cena jednostkowa',
  line_total: 'Wartość|Wartość netto|Kwota|Razem',
  article: 'Kod|Indeks|Symbol|Lp',
  unit: 'Jednostka|JM|Jm|Jedn',
  tax_rate: 'Stawka VAT|VAT %|Stawka',
  discount: 'Rabat|Upust',
  terms: 'Sposób płatności|Forma płatności|Warunki płatności|Płatność',
  document_type: 'Faktura|Faktura VAT|Faktura korygująca|Paragon|Faktura pro forma|Nota kredytowa',
}
