/** Labels on Spanish invoices; options are separated by |. */

import type { Words } from './things.ts'

export const spanish: Words = {
  title:
    'Factura|FACTURA|Factura de venta|Su factura|Factura simplificada|Factura proforma|Factura / Invoice|FACTURA DE VENTA',
  creditTitle: 'Factura rectificativa|Abono|ABONO|Nota de crédito',
  number:
    'N.º de factura|Número de factura|Factura n.º|Nº factura|Núm. factura|Factura Nº|Número|Factura|Nº de documento|Referencia factura',
  creditNumber: 'Nº abono|Número|Factura rectificativa nº',
  issueDate:
    'Fecha|Fecha de factura|Fecha factura|Fecha de emisión|FECHA|Emitida el|Fecha de expedición|Fecha documento|Fecha expedición|F. factura',
  dueDate:
    'Vencimiento|Fecha de vencimiento|Vence el|Fecha límite de pago|Pagar antes del|Vto.|Fecha de pago|Fecha vto.|Vencimientos|Pago hasta|F. vencimiento',
  deliveryDate: 'Fecha de entrega|Fecha de operación|Periodo',
  purchaseOrder:
    'Su pedido|Nº de pedido|Pedido|Orden de compra|Pedido cliente|Su referencia|Núm. pedido|Referencia pedido|Pedido nº|Su ref.|N.º de pedido|Ref. cliente',
  orderDate: 'Fecha de pedido|Fecha pedido',
  customerNumber: 'Nº cliente|Código cliente|Cliente nº|Cód. cliente',
  project: 'Proyecto|Albarán|Presupuesto|Contrato|Obra',
  contact: 'Contacto|Atendido por|Comercial',
  billTo:
    'Facturar a|Cliente|Datos del cliente|Facturado a|Dirección de facturación|Destinatario|Cliente / Customer|Comprador|Datos de facturación|A',
  shipTo: 'Enviar a|Dirección de envío|Dirección de entrega',
  from: 'Emisor|Vendedor|De|Datos de la empresa|Proveedor',
  vatId: 'NIF-IVA|NIF/IVA|VAT|N.º IVA|IVA intracomunitario|NIF|CIF',
  taxNumber: 'CIF|NIF|C.I.F.|N.I.F.',
  net: 'Base imponible|Subtotal|Importe neto|Total neto|BASE IMPONIBLE|Suma|Total sin IVA',
  tax: 'IVA|IVA {p} %|IVA {p}%|Cuota IVA|Total IVA|Importe IVA|Impuestos|Cuota|Impuesto ({p}%)|I.V.A. {p}%',
  grand:
    'Total|Total factura|TOTAL|Importe total|Total con IVA|TOTAL FACTURA|Total general|Importe total factura|Total €|Total a abonar|IMPORTE TOTAL|Total importe',
  due: 'Total a pagar|Importe pendiente|A pagar|Pendiente de pago|Líquido a percibir|TOTAL A PAGAR',
  paid: 'Pagado|Anticipo|Entregas a cuenta|A cuenta',
  carried: 'Suma y sigue|Subtotal página',
  carriedOver: 'Suma anterior',
  shipping: 'Gastos de envío|Portes|Envío|Transporte',
  discount: 'Descuento|Dto. {p} %|Descuento {p}%|Dto.',
  iban: 'IBAN|Nº de cuenta IBAN|Cuenta bancaria|Cuenta',
  bic: 'BIC|SWIFT|BIC/SWIFT',
  bank: 'Banco|Entidad|Datos bancarios',
  holder: 'Titular|Beneficiario',
  page: 'Página {n} de {m}|Pág. {n}/{m}|Página {n}|Hoja {n}',
  position: 'Nº|Pos.|#|Línea',
  sku: 'Código|Ref.|Referencia|Cód.|Artículo',
  description: 'Descripción|Concepto|Artículo|Detalle|CONCEPTO|Producto|Servicio',
  quantity: 'Cantidad|Cant.|Uds.|Unidades|CANTIDAD',
  unit: 'Unidad|UM|Ud.',
  unitPrice: 'Precio|Precio unitario|Precio unit.|P. unitario|PRECIO|Precio/ud.',
  discountColumn: 'Dto. %|Dto|Desc.',
  taxRate: 'IVA|IVA %|Tipo IVA|% IVA',
  lineTotal: 'Importe|Total|IMPORTE|Subtotal|Importe neto|Total línea',
  terms:
    'Forma de pago: transferencia a {n} días|Condiciones de pago: {n} días|Pago a {n} días fecha factura|Pago al contado',
  dueSentence:
    'Rogamos efectúen el pago antes del {d}.|Fecha de cargo: {d}.|El importe vence el {d}.|Vencimiento: {d}.|Le rogamos abone esta factura antes del {d}.|Pago por transferencia hasta el {d}.',
  thanks:
    'Gracias por su confianza.|Muchas gracias por su compra.|Gracias por confiar en nosotros|Atentamente',
  greeting:
    'Estimado cliente:|A continuación le detallamos los servicios prestados:|Adjuntamos el detalle de su pedido:',
  noTax: 'Operación exenta de IVA.|Inversión del sujeto pasivo.|Entrega intracomunitaria exenta.',
  phone: 'Tel.|Teléfono|Tfno.|T',
  mail: 'E-mail|Correo|Email',
  web: 'Web|Página web',
  register: 'Inscrita en el Registro Mercantil tomo|Registro Mercantil',
  reference: 'Referencia|Concepto de pago|Nuestra referencia',
  currency: 'Moneda|Divisa|Importes en',
  service: 'Periodo de facturación|Periodo',
  base: 'Base|Base imponible',
  previous: 'Saldo anterior|Último pago',
  consumption: 'Su consumo|Lectura|Consumo del periodo',
  accountNumber: 'N.º de cuenta|Contrato',
  director: 'Administrador|Gerente',
  date: 'Fecha',
  taxAmount: 'Cuota|Cuota IVA',
  grossTotal: 'Total con IVA|Importe total',
  inWords: 'Importe en letra|En letra|Son',
  received: 'Pagos recibidos|Su pago',
  early: 'Descuento del 2 % por pronto pago hasta el {d}.|Pronto pago {d}: 2 %',
}
