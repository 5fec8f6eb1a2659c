/** Placeholder names on specimen invoices: of companies and of persons. */

import type { Language } from '../../processors/values/normalise.ts'

export type Part = 'seller' | 'buyer'

// Placeholder names: generic ones, of sellers, of buyers
export const specimens: Readonly<
  Record<Language, Readonly<Record<Part | 'any', readonly string[]>>>
> = {
  en: {
    any: [
      'Sample Company',
      'Your Company',
      'Example Trading',
      'Acme',
      'Demo Supplies',
      'Test Company',
      'My Business',
      'Company Name',
    ],
    seller: [
      'Supplier House',
      'Vendor One',
      'Global Seller',
      'Seller Services',
      'Service Provider',
    ],
    buyer: [
      'Customer One',
      'The Client Group',
      'Default Customer',
      'Buyer Trading',
      'Client Company',
      'Sample Client',
    ],
  },
  de: {
    any: [
      'Muster',
      'Musterfirma',
      'Musterbetrieb',
      'Beispiel',
      'Testfirma',
      'Demo Handel',
      'Muster Maschinenbau',
      'Muster Bau',
      'Beispiel & Partner',
      'Unternehmen XYZ',
    ],
    seller: [
      'Lieferant',
      'Musterlieferant',
      'MUSTERLIEFERANT',
      'Verkäufer',
      'Leistungserbringer',
      'Lieferanten-Handel',
      'Musterhandwerk',
    ],
    buyer: [
      'Musterkunde',
      'MUSTER-KUNDE',
      'Auftraggeber',
      'Firmenkunde',
      'Auftraggeber Firmenkunde',
      'Musterkäufer',
      'Kunde',
      'Kunden',
      'Käufer',
    ],
  },
  fr: {
    any: [
      'Société Exemple',
      'Votre Société',
      'Entreprise Modèle',
      'Ma Petite Entreprise',
      'Mon Entreprise',
      'Démo',
    ],
    seller: ['Le Fournisseur', 'Vendeur Démo', 'Fournisseur Test', 'Démo Services'],
    buyer: ['Client Test', 'Ma jolie boutique', 'Le Client', 'Client Exemple', 'Acheteur'],
  },
  es: {
    any: ['Empresa Ejemplo', 'Mi Empresa', 'Comercial Modelo', 'Su Empresa', 'Empresa Demo'],
    seller: ['Proveedor Uno', 'Proveedor de Prueba', 'Vendedor Ejemplo'],
    buyer: ['Cliente de Prueba', 'Cliente Ejemplo', 'Comprador Uno'],
  },
  it: {
    any: ['Azienda Esempio', 'Ditta di Prova', 'La Mia Azienda', 'Società Alpha', 'Demo'],
    seller: ['Fornitore Beta', 'Fornitore', 'Cedente Uno'],
    buyer: ['Cliente Alfa', 'Cliente di Prova', 'Committente'],
  },
  nl: {
    any: ['Voorbeeld', 'Uw Bedrijf', 'Mijn Bedrijf', 'Bedrijfsnaam', 'Demo'],
    seller: ['Leverancier Plus', 'Leverancier', 'Verkoper Test'],
    buyer: ['Testklant', 'Demo Klant', 'Klant', 'Afnemer'],
  },
}

// Persons on specimens: buyers, and contact persons of either party
export const nobodies: Readonly<Record<Language, readonly string[]>> = {
  en: ['John Doe', 'Jane Doe', 'John Smith', 'Sample Person'],
  de: [
    'Max Mustermann',
    'Erika Mustermann',
    'Max Muster',
    'Helga Musterfrau',
    'Otto Normal',
    'Maxima Musterfrau',
  ],
  fr: ['Jean Dupont', 'Marie Durand'],
  es: ['Juan Pérez', 'María García'],
  it: ['Mario Rossi', 'Maria Bianchi'],
  nl: ['Jan Jansen', 'Piet Janssen'],
}
