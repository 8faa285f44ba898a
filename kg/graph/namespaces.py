"""The vocabularies of the graph, closed: a term that is not declared here fails instead of becoming a new IRI.

A term is an attribute (``TKG.Report``), which the type checker knows too, or an item (``TKG["achieved"]``) where
its name is data. Names that Python reserves end in an underscore (``SH.in_`` is ``sh:in``).
`TKG` lists every term of ontology/ontology.ttl; of the others only those that the graph uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

PREFIXES: Mapping[str, str] = {
    "tkg": "https://w3id.org/township-kg/ontology#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "qb": "http://purl.org/linked-data/cube#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "dcterms": "http://purl.org/dc/terms/",
    "time": "http://www.w3.org/2006/time#",
    "qudt": "http://qudt.org/schema/qudt/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "sh": "http://www.w3.org/ns/shacl#",
    "sssom": "https://w3id.org/sssom/",
    "pav": "http://purl.org/pav/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "osmt": "https://wiki.openstreetmap.org/wiki/Key:",
}


class _Closed(type):
    """Metaclass that turns the annotated names of a class into the IRIs of the vocabulary with that prefix."""

    _terms: Mapping[str, str]

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], *, prefix: str) -> _Closed:
        iri = PREFIXES[prefix]
        terms = {term: iri + term.removesuffix("_") for term in body["__annotations__"]}
        return super().__new__(cls, name, bases, {**body, **terms, "_terms": terms})

    def __getitem__(cls, term: str) -> str:
        """The IRI of `term`; KeyError where the vocabulary has no such term."""
        return cls._terms[term]

    def __iter__(cls) -> Iterator[str]:
        """The IRIs of all terms, in the order of their declaration."""
        return iter(cls._terms.values())


class TKG(metaclass=_Closed, prefix="tkg"):
    """The project's own terms."""

    # classes
    Report: str
    Place: str
    Programme: str
    Strategy: str
    Indicator: str
    Outcome: str
    Implementation: str
    Passage: str
    Unit: str
    Provisional: str
    # the structure of the data set of outcomes
    ValueStructure: str
    RangeStructure: str
    MaskedStructure: str
    # reports
    sourceName: str
    issuer: str
    reportYear: str
    planYear: str
    about: str
    placeBasis: str
    candidatePlace: str
    contentHash: str
    tripleCount: str
    lexiconHash: str
    # places and concepts
    statisticalCode: str
    civilAffairsCode: str
    listedSince: str
    listedUntil: str
    pointBasis: str
    implements: str
    follows: str
    level: str
    policyArea: str
    servesStrategy: str
    setBy: str
    betterDirection: str
    changeOf: str
    unitKind: str
    classifier: str
    factorNumerator: str
    factorDenominator: str
    quotedOnly: str
    ordinary: str
    notAConcept: str
    # views
    similarTo: str
    measuredBy: str
    weight: str
    # outcomes and implementations
    inReport: str
    place: str
    programme: str
    year: str
    status: str
    indicator: str
    indicatorName: str
    lower: str
    upper: str
    masked: str
    damaged: str
    unitText: str
    qualifier: str
    change: str
    periodBasis: str
    start: str
    end: str
    rule: str
    # passages
    quote: str
    section: str
    context: str
    mentions: str
    levelSaid: str
    # qualifiers
    exact: str
    approx: str
    at_least: str
    at_most: str
    # changes
    level_value: str
    increase: str
    decrease: str
    # status
    achieved: str
    implemented: str
    planned: str
    # where a period comes from
    statedInText: str
    takenFromReport: str
    # levels of government
    central: str
    province: str
    prefecture: str
    county: str
    township: str
    village: str
    # what the place of a report rests on
    inferred: str
    populatedPlace: str
    middleOfTownships: str
    givenPoint: str
    # which way is better
    higher_is_better: str
    lower_is_better: str
    neutral: str
    # unit kinds
    age: str
    area: str
    compound: str
    documents: str
    energy: str
    events: str
    groups: str
    households: str
    information: str
    length: str
    mass: str
    money: str
    organisations: str
    people: str
    places: str
    power: str
    ratio: str
    speed: str
    temperature: str
    things: str
    time: str
    volume: str


class RDF(metaclass=_Closed, prefix="rdf"):
    """RDF."""

    type: str
    Statement: str
    subject: str
    predicate: str
    object: str
    langString: str
    first: str
    rest: str
    nil: str


class RDFS(metaclass=_Closed, prefix="rdfs"):
    """RDF Schema."""

    Class: str
    Datatype: str
    label: str
    comment: str
    subClassOf: str
    range: str


class OWL(metaclass=_Closed, prefix="owl"):
    """OWL."""

    Class: str
    inverseOf: str
    sameAs: str
    Axiom: str
    annotatedSource: str
    annotatedProperty: str
    annotatedTarget: str


class XSD(metaclass=_Closed, prefix="xsd"):
    """Datatypes."""

    string: str
    boolean: str
    integer: str
    decimal: str
    double: str
    float: str
    date: str
    dateTime: str
    gYear: str
    gYearMonth: str
    anyURI: str


class SKOS(metaclass=_Closed, prefix="skos"):
    """Concept schemes."""

    Concept: str
    ConceptScheme: str
    Collection: str
    member: str
    notation: str
    inScheme: str
    prefLabel: str
    altLabel: str
    definition: str
    broader: str
    exactMatch: str
    closeMatch: str
    broadMatch: str
    narrowMatch: str
    relatedMatch: str
    topConceptOf: str
    hasTopConcept: str


class SCHEMA(metaclass=_Closed, prefix="schema"):
    """Schema.org."""

    name: str
    datePublished: str
    containedInPlace: str
    containsPlace: str
    mentions: str
    softwareVersion: str
    Dataset: str
    startDate: str
    PropertyValue: str
    additionalProperty: str
    value: str
    text: str
    # metadata of reports
    identifier: str
    url: str
    publisher: str
    reportNumber: str
    sourceOrganization: str
    author: str
    editor: str
    keywords: str
    genre: str
    abstract: str
    spatialCoverage: str
    dateCreated: str
    dateModified: str
    endDate: str


class PROV(metaclass=_Closed, prefix="prov"):
    """Provenance."""

    Activity: str
    wasDerivedFrom: str
    wasGeneratedBy: str
    wasAssociatedWith: str
    used: str
    generated: str


class OA(metaclass=_Closed, prefix="oa"):
    """Web Annotation."""

    TextPositionSelector: str
    hasSource: str
    hasSelector: str
    start: str
    end: str


class QB(metaclass=_Closed, prefix="qb"):
    """Data Cube."""

    DataSet: str
    DataStructureDefinition: str
    Observation: str
    DimensionProperty: str
    AttributeProperty: str
    MeasureProperty: str
    Slice: str
    SliceKey: str
    HierarchicalCodeList: str
    dataSet: str
    structure: str
    component: str
    componentProperty: str
    componentRequired: str
    dimension: str
    attribute: str
    measure: str
    measureType: str
    codeList: str
    hierarchyRoot: str
    parentChildProperty: str
    slice: str
    sliceKey: str
    sliceStructure: str
    observation: str


class SDMX_DIMENSION(metaclass=_Closed, prefix="sdmx-dimension"):
    """SDMX dimensions."""

    refArea: str
    refPeriod: str


class SDMX_MEASURE(metaclass=_Closed, prefix="sdmx-measure"):
    """SDMX measures."""

    obsValue: str


class SDMX_ATTRIBUTE(metaclass=_Closed, prefix="sdmx-attribute"):
    """SDMX attributes."""

    unitMeasure: str


class TIME(metaclass=_Closed, prefix="time"):
    """OWL-Time."""

    ProperInterval: str
    TemporalEntity: str


class QUDT(metaclass=_Closed, prefix="qudt"):
    """Units of measurement."""

    conversionMultiplier: str
    conversionOffset: str
    scalingOf: str


class GEO(metaclass=_Closed, prefix="geo"):
    """GeoSPARQL."""

    Geometry: str
    hasGeometry: str
    asWKT: str
    wktLiteral: str


class DCTERMS(metaclass=_Closed, prefix="dcterms"):
    """Dublin Core."""

    Location: str
    date: str
    isReplacedBy: str
    source: str
    PeriodOfTime: str
    creator: str
    description: str
    hasPart: str
    license: str
    publisher: str
    identifier: str
    modified: str
    spatial: str
    temporal: str
    title: str


class DCAT(metaclass=_Closed, prefix="dcat"):
    """Data catalogues."""

    Dataset: str
    distribution: str
    downloadURL: str
    endDate: str
    mediaType: str
    startDate: str
    version: str


class FOAF(metaclass=_Closed, prefix="foaf"):
    """People and organisations."""

    Agent: str
    Person: str
    name: str


class VOID(metaclass=_Closed, prefix="void"):
    """Statistics of linked data."""

    Dataset: str
    Linkset: str
    class_: str
    classPartition: str
    classes: str
    distinctObjects: str
    distinctSubjects: str
    documents: str
    entities: str
    exampleResource: str
    linkPredicate: str
    objectsTarget: str
    properties: str
    property: str
    propertyPartition: str
    subjectsTarget: str
    subset: str
    triples: str
    uriSpace: str
    vocabulary: str


class SSSOM(metaclass=_Closed, prefix="sssom"):
    """Sets of mappings between vocabularies (https://mapping-commons.github.io/sssom/)."""

    MappingSet: str
    mappings: str
    mapping_justification: str
    confidence: str
    subject_source: str
    object_source: str
    object_label: str


class PAV(metaclass=_Closed, prefix="pav"):
    """Provenance, authoring and versioning."""

    authoredOn: str


class WDT(metaclass=_Closed, prefix="wdt"):
    """Direct properties of Wikidata."""

    P442: str


class SD(metaclass=_Closed, prefix="sd"):
    """SPARQL service description."""

    Dataset: str
    Graph: str
    NamedGraph: str
    SPARQL11Query: str
    Service: str
    UnionDefaultGraph: str
    defaultDataset: str
    defaultGraph: str
    endpoint: str
    feature: str
    graph: str
    name: str
    namedGraph: str
    resultFormat: str
    supportedLanguage: str


class SH(metaclass=_Closed, prefix="sh"):
    """SHACL: what ontology/shapes.ttl is written in, and queries as data."""

    NodeShape: str
    PropertyShape: str
    ConstraintComponent: str
    entailment: str
    IRI: str
    targetClass: str
    targetNode: str
    targetSubjectsOf: str
    targetObjectsOf: str
    property: str
    path: str
    inversePath: str
    alternativePath: str
    zeroOrMorePath: str
    oneOrMorePath: str
    zeroOrOnePath: str
    message: str
    severity: str
    deactivated: str
    flags: str
    name: str
    description: str
    order: str
    group: str
    defaultValue: str
    node: str
    closed: str
    ignoredProperties: str
    qualifiedValueShape: str
    qualifiedValueShapesDisjoint: str
    qualifiedMinCount: str
    qualifiedMaxCount: str
    class_: str
    datatype: str
    nodeKind: str
    minCount: str
    maxCount: str
    minInclusive: str
    maxInclusive: str
    minExclusive: str
    maxExclusive: str
    minLength: str
    maxLength: str
    languageIn: str
    uniqueLang: str
    in_: str
    hasValue: str
    pattern: str
    equals: str
    disjoint: str
    lessThan: str
    lessThanOrEquals: str
    or_: str
    and_: str
    not_: str
    xone: str
    ValidationReport: str
    ValidationResult: str
    conforms: str
    result: str
    focusNode: str
    resultPath: str
    value: str
    sourceShape: str
    sourceConstraintComponent: str
    resultSeverity: str
    resultMessage: str
    Violation: str
    Warning: str
    Info: str
    SPARQLConstraintComponent: str
    SPARQLExecutable: str
    SPARQLSelectExecutable: str
    SPARQLConstructExecutable: str
    SPARQLAskExecutable: str
    select: str
    construct: str
    ask: str
    prefixes: str
    declare: str
    prefix: str
    namespace: str
