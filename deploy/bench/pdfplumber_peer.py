"""A peer of `errata bench extract`: words with boxes of digital PDFs by pdfplumber.

Reads {"folder"} from stdin and writes {"version", "pages", "read_s"} to stdout, in CPU seconds. The only argument is where packages are.
"""
import glob, json, os, sys, time
sys.path.insert(0, sys.argv[1])
import pdfplumber

paths = sorted(glob.glob(os.path.join(json.load(sys.stdin)['folder'], '*.pdf')))
started, pages = time.process_time(), 0
for path in paths:
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_words()
            pages += 1
json.dump({'version': pdfplumber.__version__, 'pages': pages, 'read_s': time.process_time() - started}, sys.stdout)
