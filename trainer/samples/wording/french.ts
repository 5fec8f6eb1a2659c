/** Labels on French invoices; options are separated by |. */

import type { Words } from './things.ts'

export const french: Words = {
  title:
    'Facture|FACTURE|Facture de vente|Votre facture|FACTURE CLIENT|Facture d’acompte|Facture de solde|Facture proforma|Facture / Invoice',
  creditTitle: 'Avoir|AVOIR|Facture d’avoir|Note de crédit',
  number:
    'Facture n°|N° de facture|Numéro de facture|Facture N°|N° facture|Numéro|Réf. facture|Facture numéro|N° pièce|N°',
  creditNumber: 'Avoir n°|N° d’avoir|Numéro|Avoir N°',
  issueDate:
    'Date|Date de facture|Date de facturation|Date d’émission|Émise le|Le|du|Date facture|Fait le|Date du document|Facture du|Émis le|Date pièce|Facturé le',
  dueDate:
    'Échéance|Date d’échéance|À payer avant le|Date limite de paiement|Payable le|Échéance le|À régler avant le|Échéance de paiement|Paiement dû le|Date d’exigibilité|Règlement le|Payable avant le',
  deliveryDate: 'Date de livraison|Livré le|Date de prestation|Période',
  purchaseOrder:
    'Votre commande|N° de commande|Bon de commande|Commande n°|Votre référence|Réf. client|Réf. commande|Commande|N° BC|Votre réf.|Numéro de commande|Bon de commande client|Référence commande',
  orderDate: 'Date de commande|Commande du',
  customerNumber: 'N° client|Code client|Client n°|Référence client|Compte client',
  project: 'Projet|Chantier|Bon de livraison|Devis n°|Contrat',
  contact: 'Contact|Votre interlocuteur|Suivi par',
  billTo:
    'Facturé à|Client|Adresse de facturation|Destinataire|Facturer à|À l’attention de|Adresse du client|Client facturé|Adressé à|Acheteur',
  shipTo: 'Livré à|Adresse de livraison|Livraison',
  from: 'Émetteur|Vendeur|Fournisseur|De',
  vatId:
    'TVA intracommunautaire|N° TVA|N° TVA intracom.|TVA|Numéro de TVA|N° de TVA intracommunautaire|TVA Intra',
  taxNumber: 'SIRET|SIREN|Siret',
  net: 'Total HT|Montant HT|Total net HT|Sous-total HT|TOTAL HT|Net HT|Sous-total|Montant total HT|Total net|Montant net HT|Base HT|Total hors taxes',
  tax: 'TVA|TVA {p} %|Total TVA|Montant TVA|TVA à {p} %|TOTAL TVA|Taxes|T.V.A. {p} %|Montant de la TVA|TVA ({p}%)|Taxe',
  grand:
    'Total TTC|Montant TTC|TOTAL TTC|Total|Total à payer TTC|Montant total TTC|Net à payer TTC|Total général|Total TTC à payer|Montant total|Total toutes taxes comprises|TOTAL',
  due: 'Net à payer|Reste à payer|À payer|Montant dû|NET À PAYER|Solde à régler|Montant à régler',
  paid: 'Acompte|Déjà réglé|Acompte versé|Montant payé',
  carried: 'À reporter|Sous-total page',
  carriedOver: 'Report',
  shipping: 'Frais de port|Port|Livraison|Frais de livraison|Transport',
  discount: 'Remise|Remise {p} %|Escompte|Rabais',
  iban: 'IBAN|N° IBAN|Compte IBAN',
  bic: 'BIC|SWIFT|Code BIC',
  bank: 'Banque|Coordonnées bancaires|Domiciliation',
  holder: 'Titulaire|Titulaire du compte|Bénéficiaire',
  page: 'Page {n} sur {m}|Page {n}/{m}|Page {n}|p. {n}',
  position: 'N°|Ligne|#|Pos.',
  sku: 'Réf.|Référence|Code article|Code|Article',
  description: 'Désignation|Description|Libellé|Prestation|Produit|DÉSIGNATION|Détail',
  quantity: 'Qté|Quantité|Qte|QTÉ|Nombre',
  unit: 'Unité|U|UV',
  unitPrice: 'Prix unitaire|P.U. HT|PU HT|Prix unit. HT|Prix unitaire HT|P.U.|Tarif',
  discountColumn: 'Remise|Rem. %',
  taxRate: 'TVA|TVA %|Taux TVA|Taux',
  lineTotal: 'Montant HT|Total HT|Montant|Total|Prix total|Total ligne HT|MONTANT',
  terms:
    'Conditions de règlement : {n} jours|Paiement à {n} jours|Règlement à {n} jours date de facture|Paiement comptant à réception',
  dueSentence:
    'À régler au plus tard le {d}.|Merci de régler cette facture avant le {d}.|Paiement par virement avant le {d}.|Le montant sera prélevé le {d}.|Échéance au {d}.|Paiement à réception et au plus tard le {d}.|Date limite : {d}|Valeur en votre aimable règlement au {d}.',
  thanks:
    'Merci de votre confiance.|Nous vous remercions de votre commande.|Merci pour votre achat !|Cordialement',
  greeting:
    'Madame, Monsieur,|Nous vous prions de trouver ci-dessous le détail de votre facture :|Veuillez trouver ci-après notre facture.',
  noTax: 'TVA non applicable, art. 293 B du CGI.|Autoliquidation de la TVA.|Exonération de TVA.',
  phone: 'Tél.|Téléphone|Tél|T',
  mail: 'E-mail|Courriel|Mail|Email',
  web: 'Site|Web|Internet',
  register: 'RCS Paris|RCS|Capital social',
  reference: 'Référence|Communication|Réf. paiement|Nos références',
  currency: 'Devise|Montants en',
  service: 'Période de facturation|Période|Du',
  base: 'Base HT|Base|Montant HT',
  previous: 'Solde précédent|Dernier règlement',
  consumption: 'Votre consommation|Relevé|Index',
  accountNumber: 'N° de compte|Compte',
  director: 'Gérant|Directeur',
  date: 'Date|Date prest.',
  taxAmount: 'Montant TVA',
  grossTotal: 'Total TTC|Montant TTC',
  inWords: 'Arrêtée la présente facture à la somme de|En toutes lettres',
  received: 'Paiements reçus|Votre règlement',
  early: 'Escompte de 2 % pour règlement avant le {d}.|2 % d’escompte jusqu’au {d}',
}
