/** Companies and invoices of PT: Portuguese towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const portugal: Place = {
  code: 'PT',
  currency: 'EUR',
  marks: '€|€|EUR',
  decimals: 2,
  rates: [23, 13, 6],
  point: ',',
  groups: '.|s|.||n',
  dates: 'dd/mm/yyyy|dd-mm-yyyy|yyyy-mm-dd|long|dd/mm/yyyy',
  towns:
    '1000-205 Lisboa|4000-322 Porto|3000-457 Coimbra|4700-028 Braga|8000-151 Faro|3810-193 Aveiro|2900-001 Setúbal|6000-084 Castelo Branco',
  street: '{s}, {n}',
  streets:
    'Rua Augusta|Avenida da Liberdade|Rua de Santa Catarina|Travessa do Moinho|Praça do Comércio|Rua das Flores|Estrada Nacional 10|Largo do Rossio',
  surnames:
    'Silva|Santos|Ferreira|Pereira|Oliveira|Costa|Rodrigues|Martins|Sousa|Gonçalves|Almeida',
  givenNames: 'João|Maria|Ana|Pedro|Inês|Tiago|Rita|Miguel|Catarina',
  trades:
    'Construções|Transportes|Contabilidade|Tipografia|Móveis|Informática|Vinhos|Restauração|Serviços|Padaria',
  forms:
    '{n}, Lda.|{n}, Lda|{n} Lda.|{n}, S.A.|{n} Unipessoal Lda|{n} - Sociedade Unipessoal, Lda.',
  banks: 'Caixa Geral de Depósitos|Millennium BCP|Novo Banco|BPI|Santander Totta',
  phone: '+351 2## ### ###',
  name: 'Portugal',
  iban: '#####################',
  vatLabels: 'NIF|Contribuinte|NIPC|N.º contribuinte|NIF/NIPC',
  vat: 'PT#########',
}
