"""A peer of `errata bench extract`: words with boxes of digital PDFs by pdfplumber.

Reads {"folder", "rounds"} from stdin and writes {"version", "pages", "read_s"} to stdout, in CPU seconds, the median of the
rounds. The only argument is where packages are.
"""
import glob, json, os, statistics, sys, time
sys.path.insert(0, sys.argv[1])
import pdfplumber

given = json.load(sys.stdin)
paths = sorted(glob.glob(os.path.join(given['folder'], '*.pdf')))
times = []
for _ in range(given['rounds']):
    started, pages = time.process_time(), 0
    for path in paths:
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                page.extract_words()
                pages += 1
    times.append(time.process_time() - started)
json.dump({'version': pdfplumber.__version__, 'pages': pages, 'read_s': statistics.median(times)}, sys.stdout)
