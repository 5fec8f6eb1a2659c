/** Words that stand beside values on French invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const french: LabelWords = {
  invoice_number:
    'Numéro de facture|Facture n°|Facture|N° facture|Facture numéro|N° de facture|Numéro|Réf facture|Référence facture|Avoir n°|Avoir|Numéro du document|N° avoir|Facture No',
  issue_date:
    "Date de facture|Date|Date d'émission|Date facture|Date de facturation|Émise le|Le|En date du|Date du document|Émis le|Date de la facture",
  due_date:
    "Date d'échéance|Échéance|À payer avant|Payable le|Date limite de paiement|À régler avant le|Échéance le|Date de règlement|À payer avant le",
  delivery_date: 'Date de livraison|Date de prestation|Livré le|Date de la prestation',
  period: 'Période|Période de facturation',
  purchase_order:
    'Bon de commande|Votre commande|N° de commande client|Référence client|Votre référence|Commande client|Réf commande|Votre bon de commande',
  order_number:
    'Commande|N° commande|Numéro de commande|Commande n°|Date de commande|N° de commande',
  customer_number:
    'Numéro client|N° client|Code client|Compte client|Client n°|Réf client|Identifiant client',
  delivery_note: 'Bon de livraison|BL|N° BL|Bon de livraison n°',
  net_total:
    'Total HT|Montant HT|Sous-total|Net HT|Total hors taxes|Sous-total HT|Montant hors taxes|Base HT|Total hors TVA',
  tax_total: 'TVA|Total TVA|Montant TVA|Taxes|Montant de la TVA',
  grand_total:
    'Total TTC|Total|Montant total|Montant TTC|Total toutes taxes comprises|Total général|Montant total TTC|Total TVA comprise',
  due_payable:
    'Net à payer|Montant dû|Reste à payer|À payer|Solde|Total à payer|Solde dû|Montant à payer|Total dû',
  paid: 'Acompte|Déjà payé|Payé|Acompte versé|Déjà réglé|Montant payé|Acomptes',
  seller: 'De|Vendeur|Fournisseur|Émetteur|Prestataire|Émis par',
  buyer:
    'À|Client|Facturé à|Adresse de facturation|Acheteur|Destinataire|Facturer à|Facture à|Adressé à|Pour',
  ship_to: 'Adresse de livraison|Livré à|Livraison|Livrer à|Lieu de livraison',
  vat_id:
    'N° TVA|TVA intracommunautaire|Numéro de TVA|N° TVA intracommunautaire|TVA intra|N° de TVA|Identifiant TVA|Numéro TVA|TVA',
  registration: 'SIRET|SIREN|RCS|APE|NAF|N° SIRET|Capital|RC',
  iban: 'IBAN',
  bic: 'BIC|SWIFT',
  account: 'Compte|RIB|Banque|Coordonnées bancaires|Titulaire|Domiciliation',
  currency: 'Devise|Monnaie',
  phone: 'Téléphone|Tél|Fax|Portable|Mobile',
  email: 'Email|E-mail|Courriel|Site|Mail',
  description: 'Désignation|Description|Libellé|Article|Produit|Prestation|Détail',
  quantity: 'Quantité|Qté|Nombre|Heures',
  unit_price: 'Prix unitaire|PU|PU HT|Prix|Prix unitaire HT|Tarif',
  line_total: 'Montant|Total HT|Total|Montant HT|Prix total',
  article: 'Référence|Réf|Code article|Code',
  unit: 'Unité',
  tax_rate: 'Taux TVA|Taux|TVA %',
  discount: 'Remise|Rabais|Escompte|Ristourne',
  terms:
    'Conditions de paiement|Mode de paiement|Modalités de paiement|Conditions de règlement|Mode de règlement',
  document_type: "Facture|Avoir|Note de crédit|Facture d'avoir|Facture d'acompte|Reçu",
}
