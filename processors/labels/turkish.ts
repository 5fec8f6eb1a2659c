/** Words that stand beside values on Turkish invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const turkish: LabelWords = {
  invoice_number: 'Fatura no|Fatura numarası|Fatura|Belge no|Numara|Fatura nr',
  issue_date: 'Fatura tarihi|Tarih|Düzenleme tarihi|Düzenlenme tarihi',
  due_date: 'Vade tarihi|Son ödeme tarihi|Vade|Ödeme tarihi',
  delivery_date: 'Teslim tarihi|Sevk tarihi|İrsaliye tarihi',
  period: 'Dönem|Fatura dönemi',
  purchase_order: 'Satın alma siparişi|Sipariş numaranız|Müşteri sipariş no|Referansınız',
  order_number: 'Sipariş no|Sipariş numarası|Sipariş|Sipariş tarihi',
  customer_number: 'Müşteri no|Müşteri numarası|Müşteri kodu|Cari kod|Cari no',
  delivery_note: 'İrsaliye no|İrsaliye',
  net_total:
    'Ara toplam|Mal hizmet toplam tutarı|Net tutar|Matrah|Toplam tutar|KDV matrahı|KDV hariç toplam',
  tax_total: 'KDV|Hesaplanan KDV|KDV tutarı|Toplam KDV|Vergi',
  grand_total:
    'Genel toplam|Toplam|Vergiler dahil toplam tutar|KDV dahil toplam|Fatura tutarı|Toplam tutar',
  due_payable: 'Ödenecek tutar|Ödenecek|Bakiye|Kalan tutar|Kalan',
  paid: 'Ödenen|Avans|Ön ödeme|Ödendi',
  seller: 'Satıcı|Tedarikçi|Düzenleyen|Gönderen|Kimden',
  buyer: 'Alıcı|Müşteri|Sayın|Fatura adresi|Kime|Müşteri bilgileri',
  ship_to: 'Teslimat adresi|Sevk adresi|Teslim yeri',
  vat_id: 'Vergi no|VKN|Vergi numarası|TCKN|Vergi kimlik no|VKN TCKN',
  registration: 'Vergi dairesi|Mersis no|Ticaret sicil no',
  iban: 'IBAN|IBAN no',
  bic: 'BIC|SWIFT',
  account: 'Hesap no|Banka|Hesap|Hesap numarası|Banka bilgileri',
  currency: 'Para birimi|Döviz',
  phone: 'Telefon|Tel|Faks|Cep',
  email: 'E-posta|Eposta|Web',
  description: 'Açıklama|Mal hizmet|Ürün|Hizmet|Ürün adı|Malzeme',
  quantity: 'Miktar|Adet|Saat',
  unit_price: 'Birim fiyat|Fiyat|Birim fiyatı',
  line_total: 'Tutar|Toplam|Mal hizmet tutarı',
  article: 'Kod|Ürün kodu|Stok kodu|Sıra no',
  unit: 'Birim',
  tax_rate: 'KDV oranı|KDV %',
  discount: 'İskonto|İndirim',
  terms: 'Ödeme koşulları|Ödeme şekli',
  document_type: 'Fatura|e-Fatura|e-Arşiv fatura|İade faturası|Proforma fatura|Fiş',
}
