"""The verifier as one HTML file that works from disk: the modules of `static/verify/` put into one script."""

import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders

MODULES = (
    "bytes",
    "log",
    "fraction",
    "draw",
    "methods",
    "story",
    "source",
    "record",
    "page",
)  # each after what it imports
NACL = "vendor/tweetnacl/nacl-fast.min.js"
BLS = "vendor/noble-curves/bls12-381.min.js"
IMPORT = re.compile(r"^import \{[^}]*\} from \"\./\w+\.js\";\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function|class)\b)", re.MULTILINE)
SHELL = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; \
style-src 'unsafe-inline'">
<title>验证选取结果</title>
<style>
%(style)s</style>
</head>
<body>
<h1 data-zh="验证选取结果" data-en="Verify a selection">验证选取结果</h1>
<p data-zh="打开一份选取记录，逐项核对签名、承诺、抽取、排名和中选。不需要网络，也不需要信任任何网站。" \
data-en="Open a selection record to check signatures, commitments, draw, ranking and winner. It needs no network and \
no trust in any site.">打开一份选取记录，逐项核对签名、承诺、抽取、排名和中选。不需要网络，也不需要信任任何网站。</p>
<noscript>这个文件要启用 JavaScript 才能计算。This file needs JavaScript.</noscript>
<div data-verify data-titled="1"></div>
<script>%(nacl)s</script>
<script>%(bls)s</script>
<script>
"use strict";
(() => {
%(script)s})();
</script>
</body>
</html>
"""


@lru_cache(maxsize=1)
def single_file() -> str:
    """The whole verifier. What stands in it is what the site's own page runs."""
    script = "\n".join(_plain(_text(f"verify/{name}.js")) for name in MODULES)
    parts = {"style": _text("verify/verify.css"), "nacl": _text(NACL), "bls": _text(BLS), "script": script}
    for part in parts.values():
        assert "</script" not in part  # it would end the script
    return SHELL % parts


def _plain(module: str) -> str:
    return EXPORT.sub("", IMPORT.sub("", module))


def _text(name: str) -> str:
    found = finders.find(name)
    assert isinstance(found, str)
    return Path(found).read_text(encoding="utf-8")
