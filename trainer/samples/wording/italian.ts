/** Labels on Italian invoices; options are separated by |. */

import type { Words } from './things.ts'

export const italian: Words = {
  title:
    'Fattura|FATTURA|Fattura di vendita|Fattura accompagnatoria|Fattura immediata|Fattura differita|Fattura proforma|Parcella',
  creditTitle: 'Nota di credito|NOTA DI CREDITO|Nota credito',
  number:
    'Fattura n.|Numero fattura|N. fattura|Fattura nr.|Numero|Num. documento|Nr. doc.|Fattura N°|Documento n.',
  creditNumber: 'Nota di credito n.|Numero|Num. documento',
  issueDate:
    'Data|Data fattura|Data documento|del|DATA|Data emissione|Emessa il|Data doc.|Fattura del|Data di emissione',
  dueDate:
    'Scadenza|Data scadenza|Scadenza pagamento|Da pagare entro|Scade il|Entro il|Scadenze|Data di scadenza|Termine di pagamento|Pagare entro',
  deliveryDate: 'Data consegna|Data trasporto|Periodo',
  purchaseOrder:
    'Vs. ordine|Ordine n.|Rif. ordine|N. ordine cliente|Vostro ordine|Ordine d’acquisto|Ordine|Vs. rif.|Numero ordine|Ordine cliente|Rif. vs. ordine',
  orderDate: 'Data ordine|Ordine del',
  customerNumber: 'Codice cliente|Cod. cliente|Cliente n.',
  project: 'Progetto|DDT n.|Commessa|Offerta',
  contact: 'Referente|Contatto|Agente',
  billTo:
    'Spett.le|Cliente|Destinatario|Intestatario|Fatturare a|Cessionario|Cessionario/committente (cliente)|Fattura a|Dati cliente|Acquirente',
  shipTo: 'Destinazione merce|Luogo di destinazione|Spedire a',
  from: 'Fornitore|Mittente|Emittente|Cedente|Cedente/prestatore (fornitore)|Dati azienda|Venditore',
  vatId: 'P. IVA|Partita IVA|P.IVA|Part. IVA|P. I.V.A.',
  taxNumber: 'Codice fiscale|C.F.|Cod. Fisc.',
  net: 'Imponibile|Totale imponibile|Totale netto|Subtotale|IMPONIBILE|Totale merce|Totale senza IVA',
  tax: 'IVA|IVA {p}%|Imposta|Totale IVA|Totale imposta|IVA {p} %|Imposta ({p}%)|Importo IVA|I.V.A. {p}%|di cui IVA',
  grand:
    'Totale|Totale fattura|TOTALE|Totale documento|TOTALE FATTURA|Importo totale|Totale IVA inclusa|Totale generale',
  due: 'Totale da pagare|Netto a pagare|Da pagare|Importo dovuto|NETTO A PAGARE|Saldo',
  paid: 'Acconto|Già pagato|Acconto versato',
  carried: 'A riportare|Segue',
  carriedOver: 'Riporto',
  shipping: 'Spese di spedizione|Trasporto|Spese trasporto|Spedizione',
  discount: 'Sconto|Sconto {p}%|Abbuono',
  iban: 'IBAN|Cod. IBAN|Coordinate IBAN',
  bic: 'BIC|SWIFT|BIC/SWIFT',
  bank: 'Banca|Banca d’appoggio|Coordinate bancarie',
  holder: 'Intestato a|Beneficiario',
  page: 'Pagina {n} di {m}|Pag. {n}/{m}|Pag. {n}|Foglio {n}',
  position: 'N.|Riga|#|Pos.',
  sku: 'Codice|Cod. art.|Articolo|Cod.',
  description: 'Descrizione|Descrizione articolo|Prodotto/Servizio|DESCRIZIONE|Causale|Dettaglio',
  quantity: 'Quantità|Q.tà|Qtà|QUANTITÀ|Q.ta',
  unit: 'U.M.|UM|Unità',
  unitPrice: 'Prezzo|Prezzo unitario|Prezzo unit.|P. unitario|PREZZO|Pr. unit.',
  discountColumn: 'Sconto|Sc. %',
  taxRate: 'IVA|% IVA|Aliquota|Aliq. IVA',
  lineTotal: 'Importo|Totale|IMPORTO|Totale riga|Prezzo totale|Importo netto',
  terms:
    'Pagamento: bonifico {n} gg d.f.|Condizioni di pagamento: {n} giorni|Bonifico bancario a {n} giorni|Rimessa diretta',
  dueSentence:
    'Si prega di effettuare il pagamento entro il {d}.|Scadenza del pagamento: {d}.|Addebito il {d}.|Scadenza {d}.|Pagamento entro il {d}.|Da saldare entro e non oltre il {d}.',
  thanks:
    'Grazie per la fiducia accordataci.|Grazie per il vostro ordine.|Distinti saluti|Cordiali saluti',
  greeting:
    'Gentile cliente,|Vi inviamo la presente fattura relativa a:|Di seguito il dettaglio della fornitura:',
  noTax:
    'Operazione non imponibile art. 41.|Inversione contabile (reverse charge).|Regime forfettario, senza IVA.',
  phone: 'Tel.|Telefono|T',
  mail: 'E-mail|Email|Mail|PEC',
  web: 'Sito|Web',
  register: 'REA|Reg. Imprese',
  reference: 'Riferimento|Causale|Ns. riferimento',
  currency: 'Valuta|Importi in',
  service: 'Periodo di fatturazione|Periodo',
  base: 'Imponibile|Base',
  previous: 'Saldo precedente|Ultimo pagamento',
  consumption: 'I tuoi consumi|Lettura contatore',
  accountNumber: 'Conto n.|N. contratto',
  director: 'Amministratore|Titolare',
  date: 'Data',
  taxAmount: 'Imposta',
  grossTotal: 'Totale ivato|Totale lordo',
  inWords: 'In lettere|Diconsi',
  received: 'Pagamenti ricevuti|Suo pagamento',
  early: 'Sconto del 2% per pagamento entro il {d}.|Sconto cassa 3% fino al {d}',
}
