/** Companies and invoices of GR: Greek towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const greece: Place = {
  code: 'GR',
  currency: 'EUR',
  marks: '€|€|EUR',
  decimals: 2,
  rates: [24, 13, 6],
  point: ',',
  groups: '.|.|.|',
  dates: 'dd/mm/yyyy|d/m/yyyy|dd-mm-yyyy|long|dd.mm.yyyy',
  towns: '105 57 Αθήνα|546 24 Θεσσαλονίκη|262 21 Πάτρα|712 02 Ηράκλειο|382 21 Βόλος|413 34 Λάρισα',
  street: '{s} {n}',
  streets: 'Ερμού|Πανεπιστημίου|Βενιζέλου|Τσιμισκή|Αγίου Νικολάου|Λεωφόρος Κηφισίας|Κολοκοτρώνη',
  surnames: 'Παπαδόπουλος|Γεωργίου|Νικολάου|Δημητρίου|Ιωάννου|Παππάς|Οικονόμου|Κωνσταντίνου',
  givenNames: 'Γιώργος|Μαρία|Νίκος|Ελένη|Δημήτρης|Κατερίνα|Κώστας|Άννα',
  trades:
    'Κατασκευαστική|Μεταφορές|Λογιστικά|Τυπογραφείο|Έπιπλα|Ηλεκτρικά|Αρτοποιία|Πληροφορική|Εμπορική',
  forms: '{n} Α.Ε.|{n} ΕΠΕ|{n} Ο.Ε.|{n} Ι.Κ.Ε.|{n} Ε.Ε.|{n} ΑΕ',
  banks: 'Εθνική Τράπεζα|Τράπεζα Πειραιώς|Alpha Bank|Eurobank',
  phone: '+30 21# ### ####',
  name: 'Ελλάδα',
  iban: '#######################',
  vat: 'EL#########',
}
