"""Trains spaCy's entity recogniser on lines exported for Prodigy and says what it reads on documents that it has not seen."""

import json
import random
import sys

import spacy
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import filter_spans

EPOCHS = 8

lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf8")]
nlp = spacy.blank("en")
misaligned = 0


def doc_of(line):
    global misaligned
    doc = Doc(nlp.vocab, words=[token["text"] for token in line["tokens"]], spaces=[token["ws"] for token in line["tokens"]])
    assert doc.text == line["text"]
    spans = []
    for span in line["spans"]:
        found = doc.char_span(span["start"], span["end"], label=span["label"])
        if found is None or found.start != span["token_start"] or found.end != span["token_end"] + 1:
            misaligned += 1
        else:
            spans.append(found)
    doc.ents = filter_spans(spans)
    return doc


examples = [Example(Doc(nlp.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc]), doc) for doc in map(doc_of, lines)]
held_out = examples[::4]
training = [example for index, example in enumerate(examples) if index % 4 != 0]

spacy.util.fix_random_seed(13)
random.seed(13)
recogniser = nlp.add_pipe("ner")
for example in examples:
    for entity in example.reference.ents:
        recogniser.add_label(entity.label_)
optimizer = nlp.initialize(lambda: training)
before = nlp.evaluate([Example(example.predicted.copy(), example.reference) for example in held_out])["ents_f"] or 0.0
for _ in range(EPOCHS):
    random.shuffle(training)
    for batch in spacy.util.minibatch(training, size=4):
        nlp.update([Example(example.predicted.copy(), example.reference) for example in batch], sgd=optimizer, drop=0.1)
after = nlp.evaluate([Example(example.predicted.copy(), example.reference) for example in held_out])["ents_f"] or 0.0
print(json.dumps({"version": spacy.__version__, "documents": len(examples), "before": before, "after": after, "misaligned": misaligned}))
