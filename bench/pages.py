#!/usr/bin/env python3
"""How long every page of a case takes, first byte to last, over the loopback.

    bench/pages.py --program target/release/demarche CASE [--rounds 5] [--most 300]

Prints one line per page: median and slowest milliseconds, and bytes. Ends with 1 when the median
of a page is above the limit. The first request of all is printed apart: it reads the case.
"""

import argparse
import re
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

PAGES = ["", "/accounts", "/sessions", "/sessions?q=a", "/suspects", "/exposures",
         "/exposures?grade=certain&q=inbox", "/exposures?page=40", "/exposures.csv", "/actions",
         "/actions?page=20", "/open", "/gaps", "/runs", "/evidence", "/brief"]


def asked(url):
    """Milliseconds and bytes of one answer."""
    began = time.perf_counter()
    with urllib.request.urlopen(url) as answer:
        body = answer.read()
    return (time.perf_counter() - began) * 1000, body


def found(base, page, pattern):
    """The first link of a page that fits."""
    _, body = asked(base + page)
    hit = re.search(pattern, body.decode())
    return hit.group(0) if hit else None


def main():
    """Serves the case, asks for every page, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case")
    parser.add_argument("--program", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--most", type=float, default=300)
    options = parser.parse_args()
    served = subprocess.Popen([options.program, "serve", options.case], stdout=subprocess.PIPE,
                              text=True)
    slow = []
    try:
        began = time.perf_counter()
        root = served.stdout.readline().strip()
        print(f"{'until it serves':40} {(time.perf_counter() - began) * 1000:8.1f} ms")
        base = f"{root}c/0"
        pages = [(page, page) for page in PAGES]
        for page, pattern in [("/sessions", r"/session/[^\"?]+"), ("/sessions?page=1", r"/session/[^\"?]+"),
                              ("/exposures", r"/record/\d+/\d+"), ("/suspects", r"/settle\?[^\"]+")]:
            link = found(base, page, pattern)
            if link:
                pages.append((link.replace("&amp;", "&").replace("&#38;", "&"), f"{link.split('?')[0]} (from {page})"))
        for page, name in [(None, "all cases"), *pages]:
            url = root if page is None else base + page
            times = []
            try:
                for _ in range(options.rounds):
                    took, body = asked(url)
                    times.append(took)
            except urllib.error.HTTPError as error:
                print(f"{name or 'page one':40} answers {error.code}: {error.read()[:200].decode()}")
                slow.append(name)
                continue
            median = statistics.median(times)
            print(f"{name or 'page one':40} {median:8.1f} ms  slowest {max(times):8.1f} ms  {len(body):9} bytes")
            if median > options.most and page != "/brief" and page != "/exposures.csv":
                slow.append(name or "page one")
    finally:
        served.terminate()
        served.wait()
    print(f"above {options.most:.0f} ms: {', '.join(slow) if slow else 'none'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
