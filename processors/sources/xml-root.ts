/** The root element of an XML text, and what messages are by it. */

export interface XmlRoot {
  readonly name: string // without its prefix
  readonly namespace: string | null
}

/** The root of this name, with its namespace; null where it has none. */
export function rootNamed(xml: string, name: string): XmlRoot {
  const tag = new RegExp(`<(?:([\\w.-]+):)?${name}(?=[\\s/>])([^>]*)>`).exec(xml)
  const declared =
    tag?.[1] === undefined
      ? /\sxmlns\s*=\s*["']([^"']*)["']/
      : new RegExp(`\\sxmlns:${tag[1].replace(/[.]/g, '\\.')}\\s*=\\s*["']([^"']*)["']`)
  const found = declared.exec(tag?.[2] ?? '')?.[1] ?? ''
  return { name, namespace: found === '' ? null : found }
}

const ublMessage = /^urn:oasis:names:specification:ubl:schema:xsd:([A-Za-z]+)-2$/
const ublInvoices =
  /^(?:Invoice|CreditNote|SelfBilled(?:Invoice|CreditNote)|DebitNote|FreightInvoice)$/
const otherNamespaces =
  /^urn:un:unece:uncefact:data:(?:SCRDMCCBDACIOMessageStructure|standard:(?:SCRDMCCBDACIOMessageStructure|CrossIndustry(?!Invoice:)\w+)):|^http:\/\/(?:ivaservizi\.agenziaentrate\.gov\.it\/docs\/xsd|www\.fatturapa\.gov\.it\/sdi)\/messaggi\//
const otherNames =
  /^(?:Order|OrderChange|OrderCancellation|OrderResponse|OrderResponseSimple|DespatchAdvice|ReceiptAdvice|ApplicationResponse|Catalogue|Quotation|RemittanceAdvice|Reminder|Statement|SCRDMCCBDACIOMessageStructure)$/

/**
 * Whether XML is a message of an e-business standard that is no invoice: an order, a response, a
 * receipt of a tax authority's exchange. Such a message has the parties and lines of an invoice, but
 * nothing is owed by it.
 */
export function isOtherMessage({ name, namespace }: XmlRoot): boolean {
  if (namespace === null) return otherNames.test(name)
  const message = ublMessage.exec(namespace)?.[1]
  return message === undefined ? otherNamespaces.test(namespace) : !ublInvoices.test(message)
}
