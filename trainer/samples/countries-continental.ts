/**
 * Countries of continental Europe: formats of their companies, addresses and numbers. Towns are
 * real, everything else is combined at random.
 */

import type { Country } from './country.ts'

const german = {
  surnames:
    'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Maier Huber Kaiser Fuchs Peters Scholz Möller Weiß Jung Hahn Vogel Friedrich Keller Günther Berger Winkler Lorenz Baumann Albrecht Böhm Sauer Ziegler'.split(
      ' ',
    ),
  givenNames:
    'Anna Lukas Sabine Thomas Petra Jürgen Katrin Stefan Ute Markus Heike Jörg Lena Felix Miriam Andreas'.split(
      ' ',
    ),
  streets:
    'Hauptstraße,Bahnhofstr.,Gartenstraße,Lindenallee,Am Markt,Industriestr.,Goethestraße,Schillerstr.,Mühlenweg,Kirchgasse,Dorfstraße,Bergstr.,Ringstraße,Im Gewerbepark,Alte Landstraße,Rosenweg,Karl-Marx-Allee,Friedrichstr.,Hafenstraße,An der Ziegelei'.split(
      ',',
    ),
}
const french = {
  surnames:
    'Martin Bernard Dubois Thomas Robert Petit Durand Leroy Moreau Laurent Lefèvre Michel Garcia Roux Bonnet François Mercier Blanc Guérin Boyer Garnier Chevalier Faure Rousseau Gauthier Perrin Morel Girard André Lemaire Fontaine Renard Marchand Dufour Colin Aubert Lacroix Besson Vidal Charpentier'.split(
      ' ',
    ),
  givenNames:
    'Camille Julien Sophie Nicolas Élodie Pierre Claire Antoine Hélène Mathieu Céline François Amélie Luc'.split(
      ' ',
    ),
  streets:
    'rue de la République,avenue Victor Hugo,rue du Moulin,boulevard Voltaire,place de la Mairie,chemin des Vignes,rue Pasteur,impasse des Lilas,route de Lyon,quai de la Loire,rue Jean Jaurès,avenue de la Gare,allée des Tilleuls,rue du Général de Gaulle,cours Gambetta'.split(
      ',',
    ),
}

export const continental: readonly Country[] = [
  {
    code: 'DE',
    languages: ['de'],
    currency: 'EUR',
    taxRates: [19, 7],
    name: { de: 'Deutschland', en: 'Germany' },
    ...german,
    phone: '+49 ### ######',
    towns:
      '10115 Berlin,20095 Hamburg,80331 München,50667 Köln,60311 Frankfurt am Main,70173 Stuttgart,40213 Düsseldorf,44135 Dortmund,28195 Bremen,04109 Leipzig,01067 Dresden,30159 Hannover,90402 Nürnberg,48143 Münster,79098 Freiburg im Breisgau,18055 Rostock,97070 Würzburg,24103 Kiel,99084 Erfurt,88045 Friedrichshafen'.split(
        ',',
      ),
    legalForms:
      'GmbH,GmbH,GmbH,GmbH & Co. KG,GmbH & Co. KG,AG & Co. KG,AG,AG,e.K.,OHG,UG (haftungsbeschränkt),KG,GbR,eG,mbH,SE,e.V.,a.G.'.split(
        ',',
      ),
  },
  {
    code: 'AT',
    languages: ['de'],
    currency: 'EUR',
    taxRates: [20, 10],
    name: { de: 'Österreich', en: 'Austria' },
    ...german,
    phone: '+43 # ### ## ##',
    towns:
      '1010 Wien,1070 Wien,8010 Graz,4020 Linz,5020 Salzburg,6020 Innsbruck,9020 Klagenfurt,6900 Bregenz,3100 St. Pölten'.split(
        ',',
      ),
    legalForms: 'GmbH,GmbH,GesmbH,KG,e.U.,AG,OG'.split(','),
  },
  {
    code: 'CH',
    languages: ['de', 'fr'],
    currency: 'CHF',
    taxRates: [8.1, 2.6],
    name: { de: 'Schweiz', fr: 'Suisse', en: 'Switzerland' },
    ...german,
    phone: '+41 44 ### ## ##',
    towns:
      '8001 Zürich,3011 Bern,4051 Basel,9000 St. Gallen,6003 Luzern,8400 Winterthur,5000 Aarau,1003 Lausanne,1201 Genève,2502 Biel'.split(
        ',',
      ),
    legalForms: 'AG,GmbH,AG,Sàrl,SA,& Co.'.split(','),
  },
  {
    code: 'FR',
    languages: ['fr'],
    currency: 'EUR',
    taxRates: [20, 5.5, 10],
    name: { fr: 'France', en: 'France' },
    ...french,
    phone: '0# ## ## ## ##',
    towns:
      '75011 Paris,75008 PARIS,69002 Lyon,13001 Marseille,31000 Toulouse,44000 Nantes,33000 Bordeaux,59800 LILLE,67000 Strasbourg,35000 Rennes,34000 Montpellier,84340 Malaucène,21000 Dijon,49100 Angers,38000 Grenoble,92100 Boulogne-Billancourt,29200 Brest'.split(
        ',',
      ),
    legalForms: 'SARL,SAS,SA,EURL,SASU,SNC,SCOP,& Fils'.split(','),
  },
  {
    code: 'BE',
    languages: ['fr', 'nl'],
    currency: 'EUR',
    taxRates: [21, 6],
    name: { fr: 'Belgique', nl: 'België', en: 'Belgium' },
    ...french,
    phone: '+32 # ### ## ##',
    towns:
      '1000 Bruxelles,4000 Liège,5000 Namur,2000 Antwerpen,9000 Gent,8000 Brugge,3000 Leuven,7000 Mons'.split(
        ',',
      ),
    legalForms: 'SRL,SA,BV,NV,BVBA,SPRL'.split(','),
  },
  {
    code: 'ES',
    languages: ['es'],
    currency: 'EUR',
    taxRates: [21, 10],
    name: { es: 'España', en: 'Spain' },
    phone: '+34 9## ### ###',
    surnames:
      'García López Martínez Sánchez Pérez Gómez Fernández Ruiz Díaz Moreno Álvarez Romero Navarro Torres Domínguez Vázquez Ramos Gil Serrano Blanco Molina Suárez Castro Ortega Rubio Marín Iglesias Medina Garrido Cortés Peña Núñez Cabrera Vega Campos'.split(
        ' ',
      ),
    givenNames:
      'María José Lucía Antonio Carmen Javier Elena Miguel Ana Carlos Pilar Álvaro Marta Sergio'.split(
        ' ',
      ),
    streets:
      'Calle Mayor,C/ Real,Avda. de la Constitución,Calle del Carmen,Paseo de Gracia,Plaza de España,Calle San Juan,Gran Vía,C/ de Alcalá,Polígono Industrial Sur parcela,Camino Viejo,Ronda Norte,Calle Velázquez,Travesía del Mar'.split(
        ',',
      ),
    towns:
      '28013 Madrid,08002 Barcelona,46001 Valencia,41004 Sevilla,50001 Zaragoza,29015 Málaga,48001 Bilbao,15001 A Coruña,30001 Murcia,18009 Granada,33003 Oviedo (Asturias),07001 Palma de Mallorca,03001 Alicante'.split(
        ',',
      ),
    legalForms: 'S.L.,S.A.,S.L.U.,SL,SA,S. Coop.,C.B.,e Hijos S.L.'.split(','),
  },
  {
    code: 'IT',
    languages: ['it'],
    currency: 'EUR',
    taxRates: [22, 10, 4],
    name: { it: 'Italia', en: 'Italy' },
    phone: '+39 0# #######',
    surnames:
      'Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De Luca Mancini Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile'.split(
        ' ',
      ),
    givenNames:
      'Marco Giulia Luca Francesca Paolo Chiara Andrea Elena Matteo Sara Davide Laura'.split(' '),
    streets:
      'Via Roma,Via Garibaldi,Corso Italia,Piazza del Duomo,Via Mazzini,Viale Europa,Via Dante Alighieri,Via Verdi,Strada Statale,Via dei Mille,Largo Augusto,Via Cavour'.split(
        ',',
      ),
    towns:
      '00184 Roma (RM),20121 Milano (MI),10121 Torino TO,80133 Napoli (NA),40121 Bologna BO,50122 Firenze (FI),37121 Verona (VR),16121 Genova (GE),30121 Venezia,70121 Bari (BA),35121 Padova PD'.split(
        ',',
      ),
    legalForms: 'S.r.l.,S.p.A.,SRL,S.n.c.,S.a.s.,Srl unipersonale,& C. S.n.c.,Soc. Coop.'.split(
      ',',
    ),
  },
  {
    code: 'NL',
    languages: ['nl'],
    currency: 'EUR',
    taxRates: [21, 9],
    name: { nl: 'Nederland', en: 'Netherlands' },
    phone: '0## - ### ## ##',
    surnames:
      'de Jong,Jansen,de Vries,van den Berg,Bakker,van Dijk,Visser,Smit,Meijer,de Boer,Mulder,de Groot,Bos,Vos,Peters,Hendriks,van Leeuwen,Dekker,Brouwer,de Wit,Dijkstra,Smits,de Graaf,van der Meer,Kok,Jacobs,van Vliet,Maas,Verhoeven,Post'.split(
        ',',
      ),
    givenNames: 'Jan Sanne Pieter Anouk Willem Femke Daan Lotte Bram Eva Koen Maaike'.split(' '),
    streets:
      'Kerkstraat,Dorpsstraat,Stationsweg,Herengracht,Industrieweg,Molenweg,Nieuwstraat,Weena,Prins Hendrikkade,Julianalaan,Marktplein,Havenstraat'.split(
        ',',
      ),
    towns:
      '1012 AB Amsterdam,3011 XE Rotterdam,3511 LN Utrecht,5611 EM Eindhoven,9711 JB Groningen,2511 CV Den Haag,6811 KW Arnhem,4811 GH Breda,7511 JE Enschede,2312 BK Leiden'.split(
        ',',
      ),
    legalForms: 'B.V.,BV,V.O.F.,N.V.,Holding B.V.,Eenmanszaak'.split(','),
  },
]
