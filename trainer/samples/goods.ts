/**
 * Products on samples and their sellers: trades with their products in six languages and price
 * ranges. A description is a noun, sometimes with a qualifier, so that the same product is rarely
 * described identically.
 */

import type { Language } from '../../processors/values/normalise.ts'
import type { SampleRandom } from './random.ts'

export type TradeKind = 'goods' | 'service' | 'subscription' | 'utility' | 'food'

export interface Trade {
  readonly kind: TradeKind
  readonly names: Readonly<Record<Language, readonly string[]>> // a word for the company's name
  readonly goods: Readonly<Record<Language, readonly string[]>>
  readonly price: readonly [least: number, most: number] // cents
  readonly most: number // largest usual quantity
  readonly units: Readonly<Record<Language, readonly string[]>>
}

const list = (text: string): string[] => text.split('|')
const pieces = {
  en: list('pcs|ea|units|pc.'),
  de: list('Stk.|Stück|St.|Stk'),
  fr: list('pce|unité|U|pièces'),
  es: list('ud.|uds|unidad'),
  it: list('pz|nr.|PZ'),
  nl: list('stuks|st.|stk'),
}
const hours = {
  en: list('hrs|h|hours|days'),
  de: list('Std.|h|Stunden|Tage'),
  fr: list('h|heures|jours'),
  es: list('h|horas|días'),
  it: list('ore|h|gg'),
  nl: list('uur|uren|dagen'),
}
const weights = {
  en: list('kg|box|l'),
  de: list('kg|Kiste|l|Karton'),
  fr: list('kg|carton|L'),
  es: list('kg|caja|l'),
  it: list('kg|cartone|lt'),
  nl: list('kg|doos|liter'),
}

export const trades: readonly Trade[] = [
  {
    kind: 'goods',
    price: [150, 48000],
    most: 40,
    units: pieces,
    names: {
      en: list('Office Supplies|Stationery|Paperworks'),
      de: list('Bürobedarf|Büromöbel|Papierhaus'),
      fr: list('Bureautique|Papeterie'),
      es: list('Papelería|Suministros de Oficina'),
      it: list('Cartoleria|Forniture Ufficio'),
      nl: list('Kantoorartikelen|Kantoorhandel'),
    },
    goods: {
      en: list(
        'Copy paper A4 80 g|Ballpoint pen blue|Desk lamp LED|Office chair Ergo 3|Ring binder 8 cm|Whiteboard 90 x 60 cm|Stapler heavy duty|Toner cartridge black|Envelope DL self-seal|Filing cabinet 4 drawers|Monitor arm|USB-C docking station|Wireless mouse|Label printer|Desk organiser',
      ),
      de: list(
        'Kopierpapier A4 80 g|Kugelschreiber blau|LED-Schreibtischlampe|Bürostuhl Ergo 3|Ordner breit 8 cm|Whiteboard 90 x 60 cm|Heftgerät|Toner schwarz|Briefumschläge DL|Aktenschrank 4 Schübe|Monitorarm|USB-C-Dockingstation|Funkmaus|Etikettendrucker|Schreibtischunterlage',
      ),
      fr: list(
        'Ramette papier A4 80 g|Stylo bille bleu|Lampe de bureau LED|Fauteuil de bureau Ergo 3|Classeur à levier 8 cm|Tableau blanc 90 x 60 cm|Agrafeuse|Cartouche toner noir|Enveloppes DL|Armoire métallique|Bras pour écran|Station d’accueil USB-C|Souris sans fil',
      ),
      es: list(
        'Papel A4 80 g|Bolígrafo azul|Lámpara LED de mesa|Silla de oficina Ergo 3|Archivador 8 cm|Pizarra blanca 90 x 60 cm|Grapadora|Tóner negro|Sobres americanos|Armario metálico|Brazo para monitor|Ratón inalámbrico',
      ),
      it: list(
        'Carta A4 80 g|Penna a sfera blu|Lampada da tavolo LED|Sedia ufficio Ergo 3|Raccoglitore 8 cm|Lavagna bianca 90 x 60 cm|Cucitrice|Toner nero|Buste DL|Armadio metallico|Mouse senza fili',
      ),
      nl: list(
        'Kopieerpapier A4 80 g|Balpen blauw|Bureaulamp LED|Bureaustoel Ergo 3|Ordner 8 cm|Whiteboard 90 x 60 cm|Nietmachine|Toner zwart|Enveloppen DL|Archiefkast|Draadloze muis',
      ),
    },
  },
  {
    kind: 'goods',
    price: [80, 95000],
    most: 200,
    units: pieces,
    names: {
      en: list('Tools & Fixings|Machinery|Electrical Supplies|Plumbing'),
      de: list('Werkzeuge|Maschinenbau|Elektrotechnik|Sanitär|Metallbau'),
      fr: list('Outillage|Mécanique|Électricité|Quincaillerie'),
      es: list('Ferretería|Maquinaria|Electricidad'),
      it: list('Ferramenta|Macchine Utensili|Impianti'),
      nl: list('Gereedschap|Machinebouw|Installatietechniek'),
    },
    goods: {
      en: list(
        'Hex bolt M8 x 40 zinc|Cordless drill 18 V|Cable NYM-J 3 x 1.5|Ball bearing 6204|Copper pipe 15 mm|Hydraulic pump HP20|Circuit breaker B16|Safety gloves size 9|Cutting disc 125 mm|Pressure valve 1/2"|Steel sheet 2 mm|Filter element F7',
      ),
      de: list(
        'Sechskantschraube M8 x 40 verzinkt|Akku-Bohrschrauber 18 V|Kabel NYM-J 3 x 1,5|Kugellager 6204|Kupferrohr 15 mm|Hydraulikpumpe HP20|Leitungsschutzschalter B16|Schutzhandschuhe Gr. 9|Trennscheibe 125 mm|Druckventil 1/2"|Stahlblech 2 mm|Filtereinsatz F7',
      ),
      fr: list(
        'Vis H M8 x 40 zinguée|Perceuse sans fil 18 V|Câble R2V 3G1,5|Roulement 6204|Tube cuivre 15 mm|Pompe hydraulique HP20|Disjoncteur 16 A|Gants de protection T9|Disque à tronçonner 125 mm|Soupape 1/2"|Tôle acier 2 mm',
      ),
      es: list(
        'Tornillo M8 x 40 cincado|Taladro inalámbrico 18 V|Cable 3 x 1,5|Rodamiento 6204|Tubo de cobre 15 mm|Bomba hidráulica HP20|Interruptor 16 A|Guantes de seguridad T9|Disco de corte 125 mm|Válvula 1/2"',
      ),
      it: list(
        'Vite M8 x 40 zincata|Trapano a batteria 18 V|Cavo 3 x 1,5|Cuscinetto 6204|Tubo rame 15 mm|Pompa idraulica HP20|Interruttore 16 A|Guanti taglia 9|Disco da taglio 125 mm|Valvola 1/2"',
      ),
      nl: list(
        'Bout M8 x 40 verzinkt|Accuboormachine 18 V|Kabel 3 x 1,5|Kogellager 6204|Koperbuis 15 mm|Hydraulische pomp HP20|Automaat B16|Werkhandschoenen mt 9|Slijpschijf 125 mm|Ventiel 1/2"',
      ),
    },
  },
  {
    kind: 'service',
    price: [4500, 98000],
    most: 40,
    units: hours,
    names: {
      en: list('Consulting|Design Studio|Software|Engineering|Legal|Marketing|Architects'),
      de: list(
        'Beratung|Softwareentwicklung|Ingenieurbüro|Werbeagentur|Steuerberatung|Architekten',
      ),
      fr: list('Conseil|Studio Graphique|Ingénierie|Communication'),
      es: list('Consultoría|Diseño|Ingeniería|Asesoría'),
      it: list('Consulenza|Studio Grafico|Ingegneria|Servizi'),
      nl: list('Advies|Ontwerpbureau|Software|Administratie'),
    },
    goods: {
      en: list(
        'Consulting services|Project management|Web design, landing page|Software development sprint 12|On-site maintenance|Training workshop, 1 day|Travel expenses|Copywriting newsletter|Logo design|Technical documentation|Security audit|Photography, half day',
      ),
      de: list(
        'Beratungsleistung|Projektleitung|Webdesign Startseite|Softwareentwicklung Sprint 12|Wartung vor Ort|Schulung, 1 Tag|Reisekosten pauschal|Texterstellung Newsletter|Logoentwurf|Technische Dokumentation|Sicherheitsprüfung|Fotoarbeiten, halber Tag',
      ),
      fr: list(
        'Prestation de conseil|Gestion de projet|Création page d’accueil|Développement logiciel sprint 12|Maintenance sur site|Formation, 1 jour|Frais de déplacement|Rédaction lettre d’information|Création de logo|Documentation technique|Audit de sécurité',
      ),
      es: list(
        'Servicios de consultoría|Gestión del proyecto|Diseño web, página de inicio|Desarrollo de software sprint 12|Mantenimiento in situ|Formación, 1 día|Gastos de viaje|Redacción de boletín|Diseño de logotipo|Documentación técnica|Auditoría de seguridad',
      ),
      it: list(
        'Consulenza aziendale|Gestione progetto|Progettazione sito web|Sviluppo software sprint 12|Manutenzione in loco|Corso di formazione, 1 giorno|Spese di trasferta|Testi newsletter|Ideazione logo|Documentazione tecnica',
      ),
      nl: list(
        'Advieswerkzaamheden|Projectleiding|Webdesign homepage|Softwareontwikkeling sprint 12|Onderhoud op locatie|Training, 1 dag|Reiskosten|Tekst nieuwsbrief|Logo-ontwerp|Technische documentatie',
      ),
    },
  },
  {
    kind: 'subscription',
    price: [490, 39900],
    most: 12,
    units: {
      en: list('mo|user|seats'),
      de: list('Monat|Nutzer|Lizenz'),
      fr: list('mois|licence'),
      es: list('mes|licencia'),
      it: list('mese|licenza'),
      nl: list('maand|licentie'),
    },
    names: {
      en: list('Cloud|Hosting|Telecom|Analytics|Labs|Systems'),
      de: list('Cloud|Hosting|Telekom|Datensysteme'),
      fr: list('Hébergement|Télécom|Numérique'),
      es: list('Cloud|Telecomunicaciones|Digital'),
      it: list('Cloud|Telecomunicazioni|Digitale'),
      nl: list('Hosting|Telecom|Digitaal'),
    },
    goods: {
      en: list(
        'Team plan|Starter|Professional plan (annual)|Additional seats|Data transfer|Storage 100 GB|Domain renewal .com|Mobile line 4 GB|Support package silver|API calls, 1000s|Object storage',
      ),
      de: list(
        'Tarif Team|Starterpaket|Tarif Professional (jährlich)|Zusätzliche Nutzer|Datenverkehr|Speicher 100 GB|Domain .de, Verlängerung|Mobilfunk 4 GB|Supportpaket Silber|Grundgebühr Anschluss',
      ),
      fr: list(
        'Forfait Équipe|Formule Démarrage|Formule Pro (annuelle)|Utilisateurs supplémentaires|Transfert de données|Stockage 100 Go|Renouvellement domaine .fr|Forfait mobile 4 Go|Assistance Argent',
      ),
      es: list(
        'Plan Equipo|Plan Inicial|Plan Profesional (anual)|Usuarios adicionales|Transferencia de datos|Almacenamiento 100 GB|Renovación dominio .es|Línea móvil 4 GB|Cuota mensual',
      ),
      it: list(
        'Piano Team|Piano Base|Piano Professionale (annuale)|Utenti aggiuntivi|Traffico dati|Spazio 100 GB|Rinnovo dominio .it|Linea mobile 4 GB|Canone mensile',
      ),
      nl: list(
        'Teamabonnement|Startpakket|Professioneel (jaarlijks)|Extra gebruikers|Dataverkeer|Opslag 100 GB|Verlenging domein .nl|Mobiel 4 GB|Maandelijkse kosten',
      ),
    },
  },
  {
    kind: 'food',
    price: [95, 6500],
    most: 60,
    units: weights,
    names: {
      en: list('Foods|Bakery|Wine Merchants|Farm Produce'),
      de: list('Lebensmittel|Getränkehandel|Weinhandel|Bäckerei|Feinkost'),
      fr: list('Épicerie|Vins|Boulangerie|Primeurs'),
      es: list('Alimentación|Bodegas|Panadería'),
      it: list('Alimentari|Cantina|Panificio|Ortofrutta'),
      nl: list('Groothandel|Bakkerij|Wijnhandel|Kaashandel'),
    },
    goods: {
      en: list(
        'Sparkling water 12 x 0.7|Espresso beans 1 kg|Olive oil extra virgin 0.5 l|Red wine Rioja 2019|Cheddar mature|Sourdough loaf|Apples Braeburn class I|Yoghurt strawberry 20 x 150 g|Tomatoes, vine|Pasta penne 500 g',
      ),
      de: list(
        'Mineralwasser 12 x 0,7|Espressobohnen 1 kg|Olivenöl nativ 0,5 l|Rotwein Rioja 2019|Bergkäse gereift|Roggenbrot|Äpfel Braeburn Kl. I|Joghurt Erdbeere 20 x 150 g|Rispentomaten|Zitronensäure 100 ml|Pfand Kasten',
      ),
      fr: list(
        'Eau gazeuse 12 x 0,75|Café en grains 1 kg|Huile d’olive 0,5 l|Vin rouge Rioja 2019|Comté affiné 12 mois|Pain au levain|Pommes Braeburn cat. I|Yaourt fraise 20 x 150 g|Nougat de l’Abbaye 250 g|Biscuits aux raisins 300 g',
      ),
      es: list(
        'Agua con gas 12 x 0,75|Café en grano 1 kg|Aceite de oliva 0,5 l|Vino tinto Rioja 2019|Queso curado|Pan de centeno|Manzanas cat. I|Yogur de fresa 20 x 150 g|Tomates en rama',
      ),
      it: list(
        'Acqua frizzante 12 x 0,75|Caffè in grani 1 kg|Olio extravergine 0,5 l|Vino rosso 2019|Parmigiano 24 mesi|Pane di segale|Mele cat. I|Yogurt fragola 20 x 150 g|Pomodori ciliegini',
      ),
      nl: list(
        'Bruiswater 12 x 0,7|Espressobonen 1 kg|Olijfolie 0,5 l|Rode wijn Rioja 2019|Oude kaas|Roggebrood|Appels Braeburn kl. I|Yoghurt aardbei 20 x 150 g|Trostomaten',
      ),
    },
  },
  {
    kind: 'utility',
    price: [600, 42000],
    most: 900,
    units: {
      en: list('kWh|m³|days'),
      de: list('kWh|m³|Tage'),
      fr: list('kWh|m³|jours'),
      es: list('kWh|m³|días'),
      it: list('kWh|Smc|giorni'),
      nl: list('kWh|m³|dagen'),
    },
    names: {
      en: list('Energy|Water|Power & Gas'),
      de: list('Stadtwerke|Energie|Wasserversorgung'),
      fr: list('Énergie|Eaux'),
      es: list('Energía|Aguas'),
      it: list('Energia|Acqua'),
      nl: list('Energie|Waterbedrijf'),
    },
    goods: {
      en: list(
        'Electricity day rate|Standing charge|Electricity night rate|Gas usage|Network charge|Climate levy',
      ),
      de: list(
        'Arbeitspreis Strom HT|Grundpreis|Arbeitspreis Strom NT|Gasverbrauch|Netznutzung|Stromsteuer',
      ),
      fr: list(
        'Consommation heures pleines|Abonnement|Consommation heures creuses|Acheminement|Contribution',
      ),
      es: list(
        'Energía consumida punta|Término de potencia|Energía consumida valle|Peajes|Alquiler de contador',
      ),
      it: list('Consumo fascia F1|Quota fissa|Consumo fascia F2|Trasporto|Accisa'),
      nl: list('Levering normaaltarief|Vastrecht|Levering daltarief|Netbeheer|Energiebelasting'),
    },
  },
]

const notes: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    'incl. installation|see delivery note|Serial no. SN-48213|Colour: anthracite|Warranty 24 months|per agreement|Batch 0917|as discussed by phone, including all materials and disposal of packaging',
  ),
  de: list(
    'inkl. Montage|laut Lieferschein|Seriennr. SN-48213|Farbe: anthrazit|Garantie 24 Monate|gemäß Angebot|Charge 0917|wie telefonisch besprochen, einschließlich Material und Entsorgung der Verpackung',
  ),
  fr: list(
    'pose comprise|selon bon de livraison|N° de série SN-48213|Coloris : anthracite|Garantie 24 mois|selon devis|Lot 0917',
  ),
  es: list(
    'instalación incluida|según albarán|N.º de serie SN-48213|Color: antracita|Garantía 24 meses|según presupuesto|Lote 0917',
  ),
  it: list(
    'posa inclusa|come da DDT|Matricola SN-48213|Colore: antracite|Garanzia 24 mesi|come da preventivo|Lotto 0917',
  ),
  nl: list(
    'incl. montage|volgens pakbon|Serienr. SN-48213|Kleur: antraciet|Garantie 24 maanden|volgens offerte|Batch 0917',
  ),
}

export function noteOf(language: Language, random: SampleRandom): string {
  return random.pick(notes[language])
}
