"""Downloads each line's URL to the file after the tab."""
import shutil
import sys
import urllib.request

for line in open(sys.argv[1], encoding="utf-8"):
    url, name = line.rstrip("\n").split("\t")
    with urllib.request.urlopen(url, timeout=60) as answer, open(name, "wb") as file:
        shutil.copyfileobj(answer, file)
