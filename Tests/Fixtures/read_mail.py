"""Prints what Python's email package reads in every .eml file of a folder: a JSON list of {file, headers, text, html, defects}."""

import email
import email.policy
import json
import pathlib
import sys

result = []
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    bodies = {"plain": "", "html": ""}
    for part in message.walk():
        if part.get_content_maintype() == "text":
            bodies[part.get_content_subtype()] = part.get_content()
    result.append(
        {
            "file": path.name,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "text": bodies["plain"],
            "html": bodies["html"],
            "defects": [repr(defect) for part in message.walk() for defect in part.defects],
        }
    )
json.dump(result, sys.stdout)
