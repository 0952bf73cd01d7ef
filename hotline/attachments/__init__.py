"""Files that belong to a matter: photos, documents, recordings.

What a file is, its first bytes say, never its name; images are drawn anew without where and when
they were taken; archives and XML are looked into within limits. A file is kept outside the web
root or in a bucket, under a generated name, sealed, held back until a scanner has let it pass, and
each download asks again whether the reader may see the ticket. Pure: `sniff.py`, `images.py`.
Start in `keeping.py`.
"""
