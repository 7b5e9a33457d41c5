# SPDX-License-Identifier: Apache-2.0
"""What an agent does that wants data from, or send it to, the network. Prints one JSON line per
attempt. Argument: the URL of a listener on an address of the host."""
import json
import os
import sys
import urllib.request

LISTENER = sys.argv[1]


def with_curl(url):
    return os.system(f"curl --silent --show-error --max-time 5 --output /dev/null {url} 2>/tmp/error") == 0


def with_urllib(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return bool(answer.read(100))


def attempt(what, function, url):
    try:
        reached, how = function(url), ""
        if not reached:
            how = open("/tmp/error").read().strip()
    except OSError as error:
        reached, how = False, str(error)
    print(json.dumps({"what": what, "reached": reached, "how": how}), flush=True)


attempt("curl, public name", with_curl, "http://example.com/")
attempt("urllib, public name", with_urllib, "http://example.com/")
attempt("curl, cloud metadata", with_curl, "http://169.254.169.254/latest/meta-data/")
attempt("urllib, cloud metadata", with_urllib, "http://169.254.169.254/latest/meta-data/")
attempt("curl, listener of the host", with_curl, LISTENER)
attempt("urllib, listener of the host", with_urllib, LISTENER)
