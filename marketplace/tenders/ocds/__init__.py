"""Open contracting data: what the public log says of a purchase, as releases of OCDS 1.1.5.

Each release is one public act and never changes; nothing is in it that the public log, or a public page, doesn't hold.
"""

VERSION = "1.1"
