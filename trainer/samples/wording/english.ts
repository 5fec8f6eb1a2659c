/** Labels on English invoices; options are separated by |. */

import type { Words } from './things.ts'

export const english: Words = {
  title:
    'Invoice|INVOICE|Tax Invoice|TAX INVOICE|Sales Invoice|Bill|Statement of Charges|Invoice / Receipt|Commercial Invoice|Final invoice|Proforma Invoice|Receipt|Tax Invoice/Bill of Supply|Statement|Your bill|Monthly Invoice',
  creditTitle: 'Credit Note|CREDIT NOTE|Credit Memo|Refund note',
  number:
    'Invoice No.|Invoice Number|Invoice #|Invoice no|Inv. No.|Number|Bill No.|Document no.|INVOICE NUMBER|Invoice ID|No.|Ref',
  creditNumber: 'Credit note no.|Credit Note Number|Credit memo #|Number',
  issueDate:
    'Date|Invoice Date|Date of issue|Issue date|Issued|Billing date|Date issued|INVOICE DATE|Tax point|Dated|Bill date|Document date|Invoice dated|Date of invoice|Date (tax point)|Statement date',
  dueDate:
    'Due Date|Payment due|Date due|Due|Pay by|Payment due by|DUE DATE|Please pay by|Due on|Payment Due Date|Due by|Pay before|Payment deadline|Payment date|To be paid by|Term|Payable by',
  deliveryDate: 'Delivery date|Date of supply|Ship date|Service period|Delivered',
  purchaseOrder:
    'PO Number|P.O. No.|Your order no.|Purchase Order|Customer PO|PO #|Order reference|Your reference|Order Number|Order No.|Your PO|Customer order no.|P.O. Number|Order ID|Purchase order no.|Order|Buyer’s order no.|Your ref',
  orderDate: 'Order date|Date of order|Ordered on',
  customerNumber: 'Customer No.|Account No.|Customer ID|Client number|Account',
  project: 'Project|Job|Contract no.|Delivery note|Quote',
  contact: 'Contact|Sales rep|Your contact|Attn',
  billTo:
    'Bill to|Billed to|Invoice to|Customer|BILL TO|To|Sold to|Client|Billing address|Billed To|Bill-to address|Buyer|Customer details|Invoice for|Recipient|Bill to Address',
  shipTo: 'Ship to|Deliver to|Delivery address|SHIP TO',
  from: 'From|Seller|Supplier|Sold by|FROM|Remit to|Sold By|Billed by|Vendor|Company|Provider',
  vatId:
    'VAT No.|VAT Reg No|VAT ID|VAT Registration Number|VAT|VAT number|VAT Reg. No.|GST/VAT no.|Tax ID / VAT|VAT Registration No.|EU VAT',
  taxNumber: 'Tax ID|Registration no.',
  net: 'Subtotal|Net total|Sub-total|Total excl. VAT|Net amount|SUBTOTAL|Total net|Amount before tax|Net|Net Total Amount|Total before tax|Taxable value|Total ex VAT|Net value|Goods total|Charges',
  tax: 'VAT|Tax|Sales tax|VAT {p}%|Tax ({p}%)|Total VAT|GST|TAX|VAT @ {p}%|Value Added Tax ({p}%)|VAT Total|Total tax|Tax amount|Sales Tax ({p}%)|VAT at {p}%|GST ({p}%)|Taxes',
  grand:
    'Total|Grand total|Invoice total|TOTAL|Total incl. VAT|Total amount|Total gross|GRAND TOTAL|Gross total|Amount|Gross Total Amount|Total to pay|Invoice amount|Total inc VAT|Total (inc. tax)|Total charges|Net payable',
  due: 'Amount due|Balance due|Total due|Amount payable|BALANCE DUE|To pay|Outstanding|Please pay|Open Amount|Amount to pay|Total amount due|Due|Balance|Current balance|Amount outstanding|Total Due',
  paid: 'Paid|Deposit|Amount paid|Less payment received|Prepaid',
  carried: 'Carried forward|Subtotal page|Continued on next page',
  carriedOver: 'Brought forward|Carried over',
  shipping: 'Shipping|Freight|Delivery charge|Postage & packing|Shipping & handling',
  discount: 'Discount|Rebate|Discount {p}%|Trade discount',
  iban: 'IBAN|IBAN no.|Account (IBAN)',
  bic: 'BIC|SWIFT|SWIFT/BIC|Swift code',
  bank: 'Bank|Bank name|Bank details',
  holder: 'Account name|Beneficiary|Payable to',
  page: 'Page {n} of {m}|Page {n}/{m}|Page {n}|{n} / {m}',
  position: 'No.|#|Item|Line|Pos',
  sku: 'Item code|SKU|Code|Item no.|Part number|Product code',
  description:
    'Description|Item|Product|Details|Item description|DESCRIPTION|Services|Goods and services|Particulars|Item & Description',
  quantity: 'Qty|Quantity|QTY|Hours|Units|Qty.',
  unit: 'Unit|UOM|U/M',
  unitPrice: 'Unit price|Price|Rate|Unit cost|PRICE|Price each|Unit Price',
  discountColumn: 'Disc %|Discount',
  taxRate: 'VAT|VAT %|Tax rate|Tax|VAT rate',
  lineTotal: 'Amount|Total|Line total|Net amount|AMOUNT|Ext. price|Total price|Value',
  terms:
    'Payment terms: {n} days net|Terms: Net {n}|Payment within {n} days|Net {n} days from date of invoice|Payment is due within {n} days',
  dueSentence:
    'Please transfer the total amount by {d}.|Payment is due on {d}.|Kindly settle this invoice no later than {d}.|This amount will be debited on {d}.|Please pay before {d}.|Due by {d}. Thank you.|Payment due: {d}|Please make sure that payment reaches us by {d}.|Terms: due {d}',
  thanks:
    'Thank you for your business!|Thank you for your order.|We appreciate your business.|Thanks for shopping with us',
  greeting:
    'Dear Sir or Madam,|Thank you for your order. We invoice you as follows:|For our services we charge you:|Please find below the details of your order:',
  noTax:
    'VAT reverse charge applies.|Reverse charge: VAT to be accounted for by the recipient.|No VAT charged (exempt).|Tax exempt',
  phone: 'Phone|Tel|Tel.|T|Telephone',
  mail: 'Email|E-mail|E|Mail',
  web: 'Web|Website|W|Internet',
  register: 'Registered in England No.|Company registration',
  reference: 'Payment reference|Reference|Please quote|Our reference',
  currency: 'Currency|All amounts in|Prices in',
  service: 'Service period|Billing period|Period',
  base: 'Taxable amount|Net|Goods',
  previous: 'Previous balance|Balance from last bill|Last payment received',
  consumption: 'Your usage|Meter reading|Usage this period',
  accountNumber: 'Account number|Account no.|Acct',
  director: 'Director|Managing director',
  date: 'Date|Service date',
  taxAmount: 'Tax amount|VAT amount',
  grossTotal: 'Gross|Total incl. VAT|Gross amount',
  inWords: 'Amount in words|In words|Total in words',
  received: 'Payments received|Payment received - thank you|Payments/Credits',
  early:
    '2% discount if paid by {d}.|Pay before {d} and deduct 3%.|Early payment until {d}: less 2%',
}
