"""A peer of `errata bench extract`: spaCy's blank pipeline with a named-entity recogniser, trained and run on one core.

Reads {"training": [{"tokens", "spaces", "entities": [[first, last, label]]}], "asked": [...], "epochs", "rounds"} from stdin and
writes {"version", "train_s", "predict_s", "f1"} to stdout, times in CPU seconds, of predictions the
median of some rounds. The only argument is where packages are.
"""
import json, os, random, statistics, sys, time
os.environ.update(OMP_NUM_THREADS='1', OPENBLAS_NUM_THREADS='1', MKL_NUM_THREADS='1')
sys.path.insert(0, sys.argv[1])
import spacy
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import minibatch, compounding, fix_random_seed

fix_random_seed(1)
given = json.load(sys.stdin)
nlp = spacy.blank('xx')
recogniser = nlp.add_pipe('ner')


def examples(documents):
    for document in documents:
        tags = ['O'] * len(document['tokens'])
        for first, last, label in document['entities']:
            tags[first:last] = [f'U-{label}'] if last - first == 1 else [f'B-{label}', *[f'I-{label}'] * (last - first - 2), f'L-{label}']
        doc = Doc(nlp.vocab, words=document['tokens'], spaces=document['spaces'])
        yield Example.from_dict(doc, {'entities': tags})


training = list(examples(given['training']))
for _, _, label in (entity for document in given['training'] for entity in document['entities']):
    recogniser.add_label(label)
started = time.process_time()
optimizer = nlp.initialize(lambda: training)
for _ in range(given['epochs']):
    random.shuffle(training)
    for batch in minibatch(training, size=compounding(4.0, 32.0, 1.001)):
        nlp.update(batch, drop=0.2, sgd=optimizer)
train_s = time.process_time() - started

asked = list(examples(given['asked']))
times = []
for _ in range(given['rounds']):
    docs = [example.x.copy() for example in asked]
    started = time.process_time()
    docs = list(nlp.pipe(docs, batch_size=32))
    times.append(time.process_time() - started)
right = found = truths = 0
for doc, example in zip(docs, asked):
    wanted = {(e.start, e.end, e.label_) for e in example.reference.ents}
    got = {(e.start, e.end, e.label_) for e in doc.ents}
    right, found, truths = right + len(wanted & got), found + len(got), truths + len(wanted)
json.dump({'version': spacy.__version__, 'train_s': train_s, 'predict_s': statistics.median(times), 'f1': 2 * right / max(1, found + truths)}, sys.stdout)
