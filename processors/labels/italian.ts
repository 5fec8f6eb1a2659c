/** Words that stand beside values on Italian invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const italian: LabelWords = {
  invoice_number:
    'Numero fattura|Fattura n|Fattura|N fattura|Fattura nr|Numero|Fattura numero|Numero documento|Nota di credito n|Nota di credito|Nr fattura|Numero di fattura|Documento n|Fattura no',
  issue_date:
    'Data fattura|Data|Data di emissione|Data documento|Data emissione|Emessa il|Del|Data della fattura|Data di fatturazione',
  due_date:
    'Data di scadenza|Scadenza|Da pagare entro|Scadenza pagamento|Data scadenza|Pagare entro|Pagabile entro|Entro il',
  delivery_date: 'Data di consegna|Data consegna|Data prestazione|Consegnato il',
  period: 'Periodo|Periodo di fatturazione',
  purchase_order:
    'Ordine di acquisto|Vostro ordine|Vs ordine|Riferimento cliente|Ordine cliente|Vs rif|Vostro riferimento|Nr ordine cliente|Rif ordine',
  order_number: 'Ordine|Numero ordine|Ordine n|N ordine|Nostro ordine|Data ordine|Nr ordine',
  customer_number: 'Codice cliente|Numero cliente|Cliente n|Cod cliente|N cliente',
  delivery_note: 'DDT|Documento di trasporto|DDT n|Bolla',
  net_total:
    'Imponibile|Totale imponibile|Subtotale|Totale netto|Netto|Totale merce|Importo netto|Base imponibile|Totale senza IVA',
  tax_total: 'IVA|Totale IVA|Imposta|Importo IVA|Totale imposta',
  grand_total:
    'Totale|Totale fattura|Totale documento|Importo totale|Totale complessivo|Totale IVA inclusa|Totale con IVA|Totale generale',
  due_payable:
    'Totale da pagare|Netto a pagare|Da pagare|Importo dovuto|Saldo|Totale dovuto|Importo da pagare|Residuo',
  paid: 'Acconto|Pagato|Già pagato|Acconti|Importo pagato|Anticipo',
  seller:
    'Da|Venditore|Fornitore|Cedente|Mittente|Emittente|Cedente prestatore|Prestatore|Emesso da',
  buyer:
    'A|Cliente|Destinatario|Spett le|Spettabile|Intestatario|Cessionario|Acquirente|Fatturare a|Fattura a|Intestata a|Cessionario committente|Committente|Indirizzo di fatturazione',
  ship_to:
    'Destinazione|Indirizzo di consegna|Luogo di consegna|Destinazione merce|Spedire a|Consegnare a',
  vat_id: 'Partita IVA|P IVA|PIVA|P Iva|Part IVA|Partita Iva cliente|IVA n',
  registration: 'Codice fiscale|REA|CF|Cod fiscale|Registro Imprese|C F',
  iban: 'IBAN|Codice IBAN',
  bic: 'BIC|SWIFT',
  account: 'Conto|Banca|Conto corrente|Coordinate bancarie|Banca di appoggio|Intestato a',
  currency: 'Valuta|Divisa',
  phone: 'Telefono|Tel|Fax|Cellulare|Cell',
  email: 'Email|E-mail|PEC|Sito|Web|Posta',
  description: 'Descrizione|Articolo|Prodotto|Servizio|Prestazione',
  quantity: 'Quantità|Qta|Q tà|Ore|Qtà',
  unit_price: 'Prezzo unitario|Prezzo|Prezzo unit|Costo unitario|Prezzo un',
  line_total: 'Importo|Totale|Totale riga|Importo totale',
  article: 'Codice|Cod|Codice articolo|Cod art|Riferimento',
  unit: 'UM|Unità|Unità di misura',
  tax_rate: 'Aliquota|Aliquota IVA|IVA %|Cod IVA',
  discount: 'Sconto|Sc',
  terms: 'Pagamento|Condizioni di pagamento|Modalità di pagamento|Termini di pagamento',
  document_type: 'Fattura|Nota di credito|Fattura proforma|Ricevuta|Parcella|Nota di accredito',
}
