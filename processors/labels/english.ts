/** Words that stand beside values on English invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const english: LabelWords = {
  invoice_number:
    'Invoice number|Invoice no|Invoice nr|Invoice|Invoice ID|Tax invoice no|Tax invoice number|Bill number|Bill no|Document number|Document no|Credit note number|Credit note no|Credit note|Credit memo no|Number|No|Inv no|Invoice ref|Invoice reference',
  issue_date:
    'Invoice date|Date of issue|Issue date|Date issued|Date|Dated|Bill date|Document date|Tax point|Tax point date|Issued on|Issued|Credit note date|Invoiced on',
  due_date:
    'Due date|Payment due|Due|Due on|Pay by|Payment due date|Due by|Please pay by|Date due|Payable by',
  delivery_date:
    'Delivery date|Date of delivery|Shipping date|Ship date|Date of supply|Supply date|Service date|Delivered on',
  period: 'Billing period|Service period|Period',
  purchase_order:
    'Purchase order|PO number|PO no|PO|Your order|Order reference|Your reference|Customer PO|Purchase order no|Purchase order number|Buyer reference|Your order no',
  order_number: 'Order number|Order no|Order|Order ID|Sales order|Our order no|Order date',
  customer_number:
    'Customer number|Customer no|Customer ID|Client ID|Client number|Account number|Account no|Customer code|Customer account',
  delivery_note: 'Delivery note|Delivery note no|Dispatch note|Packing slip no|Shipment no',
  net_total:
    'Subtotal|Sub total|Net|Net total|Net amount|Total net|Total excl VAT|Total excluding VAT|Total before tax|Taxable amount|Amount excl tax|Total excluding tax|Taxable value',
  tax_total:
    'VAT|Tax|Total tax|Total VAT|VAT amount|Tax amount|Sales tax|GST|VAT total|Tax total|HST',
  grand_total:
    'Total|Grand total|Invoice total|Total amount|Total incl VAT|Total including VAT|Gross total|Gross amount|Total including tax|Total gross|Amount|Invoice amount|Total incl tax',
  due_payable:
    'Amount due|Balance due|Total due|Please pay|Amount payable|Total payable|To pay|Balance|Payable|Outstanding|Amount to pay',
  paid: 'Paid|Amount paid|Prepaid|Paid to date|Deposit|Less deposit|Already paid|Prepayment|Payments',
  seller:
    'From|Seller|Supplier|Vendor|Issued by|Bill from|Invoice from|Sold by|Provider|Remit to|Payee',
  buyer:
    'Bill to|Billed to|Invoice to|To|Sold to|Buyer|Customer|Client|Invoiced to|Billing address|Invoice address|Invoice for|Bill for',
  ship_to:
    'Ship to|Deliver to|Delivery address|Shipping address|Consignee|Delivered to|Place of delivery',
  vat_id:
    'VAT number|VAT no|VAT ID|VAT Reg No|VAT registration|VAT registration number|Tax ID|GSTIN|GST no|GST Reg No|ABN|TRN|VAT|Tax registration number|VAT identification number|UEN',
  registration:
    'Company number|Company no|Registration number|Registered number|Company registration|Reg no|Company Reg No',
  iban: 'IBAN|IBAN no|Account IBAN',
  bic: 'BIC|SWIFT|BIC SWIFT|SWIFT code|BIC code',
  account:
    'Account no|Account number|Bank account|Sort code|Bank|Bank details|Account name|Bank name',
  currency: 'Currency',
  phone: 'Phone|Tel|Telephone|Fax|Mobile|Ph',
  email: 'Email|E-mail|Mail|Web|Website',
  description:
    'Description|Item|Product|Item description|Service|Details|Particulars|Product description|Goods',
  quantity: 'Quantity|Qty|Hours|Units|Qty ordered',
  unit_price: 'Unit price|Price|Rate|Unit cost|Price each|Cost',
  line_total: 'Amount|Line total|Total|Total price|Net amount',
  article: 'Item no|Article|Article no|SKU|Code|Product code|Part no|Item code',
  unit: 'Unit|UoM|Unit of measure',
  tax_rate: 'VAT rate|Tax rate|VAT %|Tax %',
  discount: 'Discount|Less discount|Rebate|Disc',
  terms: 'Payment terms|Terms|Terms of payment|Payment method',
  document_type:
    'Invoice|Tax invoice|Credit note|Credit memo|Bill|Statement|Proforma invoice|Receipt',
}
