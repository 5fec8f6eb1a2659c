import { identifyVendor } from '../../processors/vendor.ts'
import { printOf } from '../documents.ts'

describe('the vendor of a document', () => {
  test.each([
    ['a VAT id', ['Muster GmbH', 'USt-IdNr. DE136695976'], 'vat:DE136695976'],
    ['an IBAN where there is no VAT id', ['Muster GmbH', 'IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFF'], 'iban:DE89370400440532013000'],
    ['an invalid VAT id is no identity', ['Muster GmbH Berlin', 'USt-IdNr. DE123456780', 'Tel. 030 1234567'], 'phone:0301234567'],
    ['the company number behind a name', ['OLD TOWN TRADING SDN BHD (860671-D)'], 'registration:860671D'],
    ['a labelled registration number', ['SHOP', 'GST ID: 000306020352'], 'registration:000306020352'],
    ['a telephone number, however it is punctuated', ['SHOP', 'TEL: +60 (3) 2710-1234'], 'phone:60327101234'],
    ['the buyer does not count', ['Rocket Inc', 'Phone 555 123 4567', 'Customer VAT ID: DE136695976'], 'phone:5551234567'],
    ['nor what stands below its label', ['Rocket Inc            Bill to', '12 High Street        Acme GmbH', 'Phone 555 123 4567    DE VAT DE136695976'], 'phone:5551234567'],
    ['the first lines where nothing else is printed', ['Bäckerei', 'Hauptstr. 5', '1,20'], 'head:BÄCKEREI|HAUPTSTR'],
    ['nothing at all', ['1,20'], 'unknown:d1'],
  ])('%s', (_promise, lines, expected) => {
    expect(identifyVendor(printOf(...lines).words, 'd1').id).toBe(expected)
  })
})
