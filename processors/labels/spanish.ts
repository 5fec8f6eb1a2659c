/** Words that stand beside values on Spanish invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const spanish: LabelWords = {
  invoice_number:
    'Número de factura|Factura nº|Factura|Nº factura|Factura número|N° de factura|Núm factura|Número|Folio|Serie y folio|Factura no|Nota de crédito|Nº de factura|Factura rectificativa|Abono nº|No de factura|Folio fiscal',
  issue_date:
    'Fecha de factura|Fecha|Fecha de emisión|Fecha factura|Emitida el|Fecha de expedición|Fecha emisión|Fecha del documento|Fecha y hora de emisión',
  due_date:
    'Fecha de vencimiento|Vencimiento|Vence|Fecha vencimiento|Pagar antes de|Fecha límite de pago|Fecha de pago|Vence el',
  delivery_date: 'Fecha de entrega|Fecha de operación|Fecha de servicio|Fecha operación',
  period: 'Período|Periodo de facturación|Período facturado',
  purchase_order:
    'Orden de compra|Su pedido|Pedido cliente|Su referencia|Nº de pedido del cliente|OC|Referencia de compra|Orden de compra nº',
  order_number: 'Pedido|Nº pedido|Número de pedido|Nº de pedido|Fecha de pedido',
  customer_number:
    'Número de cliente|Nº cliente|Código de cliente|Código cliente|Cliente nº|Cuenta|Cód cliente',
  delivery_note: 'Albarán|Nº albarán|Remisión|Albarán nº',
  net_total:
    'Base imponible|Subtotal|Total neto|Neto|Importe neto|Total sin IVA|Suma|Importe sin IVA|Total bruto|Base',
  tax_total:
    'IVA|Cuota IVA|Total IVA|Impuestos|Importe IVA|Impuesto|Impuestos trasladados|IGIC|Cuota|Total impuestos',
  grand_total:
    'Total|Total factura|Importe total|Total con IVA|Total general|Total a facturar|Importe',
  due_payable:
    'Total a pagar|A pagar|Importe a pagar|Saldo|Pendiente|Saldo pendiente|Importe adeudado|Líquido a pagar|Importe pendiente|Importe debido',
  paid: 'Pagado|Anticipo|A cuenta|Importe pagado|Abonado|Anticipos',
  seller: 'De|Vendedor|Proveedor|Emisor|Emitido por|Datos del emisor|Datos del proveedor|Prestador',
  buyer:
    'A|Cliente|Facturar a|Comprador|Receptor|Datos del cliente|Destinatario|Facturado a|Dirección de facturación|Para|Datos del receptor',
  ship_to: 'Enviar a|Dirección de entrega|Dirección de envío|Entregar en|Lugar de entrega',
  vat_id:
    'NIF|CIF|RFC|NIF IVA|Nº IVA|CUIT|RUT|NIT|NIF CIF|RUC|CIF NIF|Número de IVA|Identificación fiscal|RFC emisor|RFC receptor|NIF del cliente',
  registration: 'Registro Mercantil|Régimen fiscal|Uso CFDI',
  iban: 'IBAN',
  bic: 'BIC|SWIFT',
  account:
    'Cuenta|Cuenta bancaria|Banco|Nº de cuenta|Número de cuenta|CLABE|Datos bancarios|Titular',
  currency: 'Moneda|Divisa',
  phone: 'Teléfono|Tel|Móvil|Fax|Tfno',
  email: 'Email|Correo|Correo electrónico|E-mail|Web',
  description: 'Descripción|Concepto|Artículo|Producto|Servicio|Detalle',
  quantity: 'Cantidad|Cant|Uds|Unidades|Horas',
  unit_price: 'Precio unitario|Precio|Valor unitario|P unitario|Precio ud|Tarifa',
  line_total: 'Importe|Total|Importe total|Total línea',
  article: 'Código|Referencia|Ref|Clave|Artículo nº',
  unit: 'Unidad|Unidad de medida|Ud',
  tax_rate: 'Tipo IVA|IVA %|Tipo|Tasa',
  discount: 'Descuento|Dto|Bonificación',
  terms: 'Forma de pago|Condiciones de pago|Método de pago|Condiciones',
  document_type: 'Factura|Factura rectificativa|Nota de crédito|Abono|Factura proforma|Recibo',
}
