/** Words that stand beside values on Czech invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const czech: LabelWords = {
  invoice_number:
    'Číslo faktury|Faktura č|Faktura|Faktura číslo|Číslo dokladu|Daňový doklad č|Doklad č|Dobropis č|Faktura daňový doklad č|Číslo|Opravný daňový doklad č',
  issue_date: 'Datum vystavení|Datum|Vystaveno|Vystaveno dne|Datum vystavení dokladu',
  due_date: 'Datum splatnosti|Splatnost|Splatné do|Splatno|Splatnost dne|Uhraďte do',
  delivery_date:
    'Datum dodání|DUZP|Datum zdanitelného plnění|Datum uskutečnění plnění|Datum uskutečnění zdanitelného plnění',
  period: 'Období|Fakturační období',
  purchase_order:
    'Číslo objednávky|Objednávka č|Vaše objednávka|Objednávka|Vaše reference|Objednávka číslo',
  order_number: 'Zakázka|Číslo zakázky|Zakázka č|Datum objednávky',
  customer_number: 'Číslo zákazníka|Kód zákazníka|Zákaznické číslo|Zákazník č',
  delivery_note: 'Dodací list|Dodací list č|Číslo dodacího listu',
  net_total:
    'Základ daně|Bez DPH|Celkem bez DPH|Mezisoučet|Základ|Cena bez DPH|Částka bez DPH|Součet',
  tax_total: 'DPH|Celkem DPH|Výše DPH|Částka DPH|Daň',
  grand_total:
    'Celkem|Celkem s DPH|Cena s DPH|Částka celkem|Celková částka|Součet celkem|S DPH|Částka',
  due_payable:
    'K úhradě|Celkem k úhradě|Zbývá uhradit|Částka k úhradě|K zaplacení|Celkem k zaplacení',
  paid: 'Zaplaceno|Záloha|Uhrazeno|Zálohy|Uhrazené zálohy',
  seller: 'Dodavatel|Prodávající|Od|Poskytovatel|Vystavil',
  buyer: 'Odběratel|Zákazník|Kupující|Pro|Objednatel|Fakturační adresa|Příjemce faktury|Komu',
  ship_to: 'Dodací adresa|Příjemce|Místo dodání|Adresa dodání|Konečný příjemce',
  vat_id: 'DIČ|DIČ CZ|IČ DPH',
  registration: 'IČO|IČ|Spisová značka|Zapsán',
  iban: 'IBAN',
  bic: 'BIC|SWIFT',
  account:
    'Číslo účtu|Č účtu|Účet|Banka|Bankovní účet|Bankovní spojení|Variabilní symbol|Konstantní symbol|Variabilní sym',
  currency: 'Měna',
  phone: 'Telefon|Tel|Fax|Mobil',
  email: 'E-mail|Email|Web',
  description: 'Popis|Položka|Název|Označení dodávky|Zboží|Služba|Předmět',
  quantity: 'Množství|Počet|Ks|Hodiny',
  unit_price: 'Cena|Cena za MJ|Jednotková cena|Cena za jednotku|Cena za ks',
  line_total: 'Celkem|Cena celkem|Částka',
  article: 'Kód|Katalogové číslo|Číslo položky',
  unit: 'Jednotka|MJ',
  tax_rate: 'Sazba DPH|DPH %|Sazba',
  discount: 'Sleva',
  terms: 'Způsob úhrady|Forma úhrady|Platební podmínky|Způsob platby',
  document_type:
    'Faktura|Daňový doklad|Dobropis|Faktura daňový doklad|Opravný daňový doklad|Zálohová faktura|Účtenka',
}
