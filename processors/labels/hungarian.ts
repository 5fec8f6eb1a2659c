/** Words that stand beside values on Hungarian invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const hungarian: LabelWords = {
  invoice_number:
    'Számlaszám|Számla sorszáma|Számla száma|Számla|Sorszám|Bizonylatszám|Jóváíró számla',
  issue_date: 'Kiállítás dátuma|Számla kelte|Dátum|Kelt|Kiállítás kelte|Számla dátuma|Kiállítva',
  due_date: 'Fizetési határidő|Esedékesség|Határidő|Fizetendő|Esedékes',
  delivery_date: 'Teljesítés dátuma|Teljesítés kelte|Teljesítés|Szállítás dátuma',
  period: 'Időszak|Elszámolási időszak',
  purchase_order: 'Megrendelésszám|Rendelésszám|Megrendelés száma|Az Ön rendelése|Hivatkozás',
  order_number: 'Rendelés|Rendelési szám|Rendelés dátuma',
  customer_number: 'Ügyfélszám|Vevőszám|Vevőkód|Vevő azonosító|Ügyfélkód',
  delivery_note: 'Szállítólevél|Szállítólevél száma',
  net_total: 'Nettó összesen|Nettó|Nettó összeg|Részösszeg|Adóalap|Nettó érték',
  tax_total: 'ÁFA|ÁFA összesen|ÁFA összege|Áfa tartalom|Áfa érték',
  grand_total:
    'Összesen|Bruttó összesen|Végösszeg|Bruttó|Bruttó összeg|Számla összesen|Bruttó végösszeg',
  due_payable: 'Fizetendő összeg|Fizetendő|Fizetendő összesen|Fizetendő végösszeg|Egyenleg',
  paid: 'Fizetve|Előleg|Kifizetve',
  seller: 'Eladó|Szállító|Kibocsátó|Számlakibocsátó|Szolgáltató',
  buyer: 'Vevő|Ügyfél|Megrendelő|Számlázási cím|Címzett',
  ship_to: 'Szállítási cím|Szállítás helye',
  vat_id: 'Adószám|Közösségi adószám|EU adószám|Csoportazonosító',
  registration: 'Cégjegyzékszám',
  iban: 'IBAN',
  bic: 'BIC|SWIFT',
  account: 'Bankszámlaszám|Számlaszám bank|Bankszámla|Bank|Bankszla',
  currency: 'Pénznem|Deviza',
  phone: 'Telefon|Tel|Fax|Mobil',
  email: 'E-mail|Email|Honlap',
  description: 'Megnevezés|Leírás|Termék|Tétel|Szolgáltatás',
  quantity: 'Mennyiség|Menny|Db|Óra',
  unit_price: 'Egységár|Ár|Nettó egységár',
  line_total: 'Összeg|Érték|Összesen|Nettó érték',
  article: 'Cikkszám|Kód',
  unit: 'Egység|Me|Mértékegység',
  tax_rate: 'ÁFA kulcs|ÁFA %|Áfakulcs',
  discount: 'Kedvezmény|Engedmény',
  terms: 'Fizetési mód|Fizetési feltételek|Fizetés módja',
  document_type: 'Számla|Jóváíró számla|Sztornó számla|Helyesbítő számla|Díjbekérő|Nyugta',
}
