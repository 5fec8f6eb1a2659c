/** Words that stand beside values on Portuguese invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const portuguese: LabelWords = {
  invoice_number:
    'Número da fatura|Fatura nº|Fatura|Nº da fatura|Fatura número|Nota fiscal|Nota fiscal nº|Número|Nº fatura|Fatura n|Número da nota|Nota de crédito|Nota de crédito nº|Nº do documento|Número do documento|Factura nº|NF-e',
  issue_date:
    'Data da fatura|Data|Data de emissão|Emissão|Data da factura|Emitida em|Data do documento|Data emissão',
  due_date:
    'Data de vencimento|Vencimento|Vence em|Pagar até|Data limite de pagamento|Data vencimento|Data de pagamento|Vence',
  delivery_date: 'Data de entrega|Data da prestação|Data do serviço|Data da entrega',
  period: 'Período|Período de faturação|Competência',
  purchase_order:
    'Ordem de compra|Pedido de compra|Nota de encomenda|Sua encomenda|Vossa encomenda|Referência do cliente|V encomenda|Sua referência|Vossa referência',
  order_number:
    'Encomenda|Pedido|Número do pedido|Nº do pedido|Nº encomenda|Número da encomenda|Data do pedido',
  customer_number:
    'Número de cliente|Código do cliente|Nº cliente|Cliente nº|Cód cliente|Código de cliente',
  delivery_note: 'Guia de remessa|Guia de transporte|Guia nº',
  net_total:
    'Subtotal|Total líquido|Base tributável|Valor líquido|Incidência|Total sem IVA|Total ilíquido|Valor dos produtos|Base de cálculo|Total produtos',
  tax_total:
    'IVA|Total IVA|Imposto|Impostos|Valor do IVA|ICMS|Total de impostos|Total impostos|ISS',
  grand_total:
    'Total|Total da fatura|Valor total|Total geral|Total com IVA|Total da nota|Montante total|Total documento|Valor total da nota',
  due_payable:
    'Total a pagar|A pagar|Valor a pagar|Saldo|Valor em dívida|Saldo devedor|Montante a pagar|Valor devido|Por pagar',
  paid: 'Pago|Sinal|Adiantamento|Já pago|Valor pago|Entrada',
  seller: 'De|Vendedor|Fornecedor|Emitente|Prestador|Emitido por|Prestador de serviços',
  buyer:
    'Para|Cliente|Faturar a|Destinatário|Comprador|Tomador|Faturado a|Exmo Sr|Exmos Senhores|Adquirente|Tomador de serviços|Sacado|Dados do cliente|Morada de faturação',
  ship_to:
    'Entregar em|Morada de entrega|Endereço de entrega|Local de entrega|Enviar para|Descarga',
  vat_id:
    'NIF|NIPC|Contribuinte|CNPJ|Nº contribuinte|CPF|CNPJ CPF|Contribuinte nº|Número de contribuinte|NIF cliente',
  registration: 'Inscrição estadual|Conservatória|Capital social|Inscrição municipal|IE',
  iban: 'IBAN',
  bic: 'BIC|SWIFT',
  account: 'Conta|Banco|NIB|Conta bancária|Agência|Dados bancários|Chave PIX',
  currency: 'Moeda|Divisa',
  phone: 'Telefone|Tel|Telemóvel|Fax|Fone|Celular',
  email: 'Email|E-mail|Correio|Site',
  description: 'Descrição|Designação|Artigo|Produto|Serviço|Discriminação',
  quantity: 'Quantidade|Qtd|Quant|Qtde|Horas',
  unit_price: 'Preço unitário|Preço|Valor unitário|Pr unitário|Preço unit',
  line_total: 'Total|Valor|Valor total|Total líquido|Montante',
  article: 'Código|Referência|Ref|Cód',
  unit: 'Unidade|Un',
  tax_rate: 'Taxa|Taxa IVA|IVA %|Alíquota',
  discount: 'Desconto|Desc',
  terms: 'Condições de pagamento|Forma de pagamento|Pagamento|Modo de pagamento',
  document_type: 'Fatura|Factura|Nota de crédito|Nota fiscal|Recibo|Fatura-recibo|Fatura recibo',
}
