/** FatturaPA of Italy. */

import { failedChecks, reading } from './reading.ts'

const body = (type: string, sign = ''): string => `<FatturaElettronicaBody>
  <DatiGenerali>
    <DatiGeneraliDocumento><TipoDocumento>${type}</TipoDocumento><Divisa>EUR</Divisa><Data>2026-03-05</Data><Numero>7/FE</Numero></DatiGeneraliDocumento>
    <DatiOrdineAcquisto><IdDocumento>OR-12</IdDocumento></DatiOrdineAcquisto>
    <DatiFattureCollegate><IdDocumento>3/FE</IdDocumento></DatiFattureCollegate>
  </DatiGenerali>
  <DatiBeniServizi>
    <DettaglioLinee><NumeroLinea>1</NumeroLinea><Descrizione>Viti &amp; dadi</Descrizione><Quantita>2.00</Quantita><PrezzoUnitario>50.00</PrezzoUnitario><PrezzoTotale>${sign}100.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA></DettaglioLinee>
    <DettaglioLinee><NumeroLinea>2</NumeroLinea><Descrizione>Libro</Descrizione><PrezzoUnitario>10.00</PrezzoUnitario><PrezzoTotale>${sign}10.00</PrezzoTotale><AliquotaIVA>4.00</AliquotaIVA></DettaglioLinee>
    <DatiRiepilogo><AliquotaIVA>22.00</AliquotaIVA><ImponibileImporto>${sign}100.00</ImponibileImporto><Imposta>${sign}22.00</Imposta></DatiRiepilogo>
    <DatiRiepilogo><AliquotaIVA>4.00</AliquotaIVA><ImponibileImporto>${sign}10.00</ImponibileImporto><Imposta>${sign}0.40</Imposta></DatiRiepilogo>
  </DatiBeniServizi>
  <DatiPagamento>
    <DettaglioPagamento><DataScadenzaPagamento>2026-04-05</DataScadenzaPagamento><ImportoPagamento>${sign}60.00</ImportoPagamento><IBAN>IT60X0542811101000000123456</IBAN></DettaglioPagamento>
    <DettaglioPagamento><DataScadenzaPagamento>2026-05-05</DataScadenzaPagamento><ImportoPagamento>${sign}72.40</ImportoPagamento><IBAN>IT60X0542811101000000123456</IBAN></DettaglioPagamento>
  </DatiPagamento>
</FatturaElettronicaBody>`

const namespace = 'http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2'
const invoice = (
  bodies: string,
  uri = namespace,
): string => `<?xml version="1.0" encoding="UTF-8"?><p:FatturaElettronica xmlns:p="${uri}" versione="FPR12"><FatturaElettronicaHeader>
  <CedentePrestatore><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>00743110157</IdCodice></IdFiscaleIVA><Anagrafica><Denominazione>Ferramenta Srl</Denominazione></Anagrafica></DatiAnagrafici>
  <Sede><Indirizzo>Via Roma</Indirizzo><NumeroCivico>1</NumeroCivico><CAP>20121</CAP><Comune>Milano</Comune><Provincia>MI</Provincia><Nazione>IT</Nazione></Sede></CedentePrestatore>
  <CessionarioCommittente><DatiAnagrafici><CodiceFiscale>RSSMRA80A01H501U</CodiceFiscale><Anagrafica><Nome>Maria</Nome><Cognome>Rossi</Cognome></Anagrafica></DatiAnagrafici></CessionarioCommittente>
</FatturaElettronicaHeader>${bodies}</p:FatturaElettronica>`

test('an invoice is read: totals over its rates, the first date of its instalments', () => {
  expect(reading(invoice(body('TD01')))).toEqual({
    syntax: 'fatturapa',
    fields: {
      document_type: 'invoice',
      invoice_number: '7/FE',
      preceding_invoice: '3/FE',
      issue_date: '2026-03-05',
      due_date: '2026-04-05',
      seller_name: 'Ferramenta Srl',
      seller_address: 'Via Roma 1, 20121 Milano',
      seller_vat_id: 'IT00743110157',
      buyer_name: 'Maria Rossi',
      purchase_order: 'OR-12',
      currency: 'EUR',
      net_total: '110.00',
      tax_total: '22.40',
      grand_total: '132.40',
      due_payable: '132.40',
      iban: 'IT60X0542811101000000123456',
    },
    lines: [
      {
        description: 'Viti & dadi',
        quantity: '2.00',
        unit_price: '50.00',
        line_total: '100.00',
        tax_rate: '22.00',
      },
      { description: 'Libro', unit_price: '10.00', line_total: '10.00', tax_rate: '4.00' },
    ],
    adjusted: { lines: false, total: '0.00' },
    typeDoubt: null,
  })
})

test.each([
  ['without sign', ''],
  ['below zero already', '-'],
])('a credit note with amounts %s is below zero', (_, sign) => {
  expect(reading(invoice(body('TD04', sign)))).toMatchObject({
    fields: {
      document_type: 'credit_note',
      net_total: '-110.00',
      grand_total: '-132.40',
      due_payable: '-132.40',
    },
    lines: [{ line_total: '-100.00' }, { line_total: '-10.00' }],
  })
})

test.each([
  ['TD02', 'prepayment_invoice'],
  ['TD05', 'debit_note'],
  ['TD17', 'self_billed_invoice'],
  ['TD24', 'invoice'],
])('the type %s is %s', (code, type) => {
  expect(reading(invoice(body(code)))).toMatchObject({ fields: { document_type: type } })
})

test('a type that nobody knows is a doubt', () => {
  expect(reading(invoice(body('TD99')))).toMatchObject({ typeDoubt: 'type_code' })
})

test('a stated total comes before the sum of its rates, and discounts excuse the lines', () => {
  const stamped = invoice(body('TD01'))
    .replace('</Numero>', '</Numero><ImportoTotaleDocumento>134.40</ImportoTotaleDocumento>')
    .replace(
      '<PrezzoTotale>100',
      '<ScontoMaggiorazione><Tipo>SC</Tipo><Percentuale>5</Percentuale></ScontoMaggiorazione><PrezzoTotale>100',
    )
  expect(reading(stamped)).toMatchObject({
    fields: { grand_total: '134.40' },
    adjusted: { lines: true },
  })
})

test('a rate whose amount can’t be read leaves out the sum', () => {
  const broken = reading(invoice(body('TD01')).replace('<Imposta>0.40', '<Imposta>0,40'))
  expect(broken).toMatchObject({ fields: { net_total: '110.00' } })
  expect(broken).not.toHaveProperty('fields.tax_total')
  expect(broken).not.toHaveProperty('fields.grand_total')
})

test.each([
  ['several invoices in a file', invoice(body('TD01') + body('TD01')), 'xml_several_invoices'],
  [
    'another namespace',
    invoice(body('TD01'), 'http://example.org/fatture/v1.2'),
    'xml_other_namespace',
  ],
  ['no invoice', invoice(''), 'xml_without_number'],
])('%s is refused', (_, xml, reason) => expect(reading(xml)).toBe(reason))

test('its sums hold, and those of its credit note', () => {
  for (const type of ['TD01', 'TD04']) expect(failedChecks(invoice(body(type)))).toEqual([])
})
