"""Compares an answer with a recorded one: status, headers, keys, types and values.

Recorded ids stand for ours: one recorded id of a kind is always the same id of ours, another is another. Moments must be moments,
generated keys generated keys. Everything else is equal, unless the pair has a pattern for a path.
"""
import json
import re

# Bodies that are not compared byte by byte: what they must be instead.
GIF = bytes.fromhex("47494638396101000100")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
IDS = ("id", "contact_id", "campaign_id", "campaign_recipient_id", "transactional_message_id")
# Made by whoever sends: the provider's id, and a key that the request did not bring.
MADE = {"ses_message_id": re.compile(r".+"), "message_id": re.compile(r".+"), "idempotency_key": re.compile(r"transactional-message:[0-9a-f]{32}")}
SHORT = {"int": int, "str": str, "bool": bool, "null": type(None)}


def kind(value):
    return next((name for name, type_ in SHORT.items() if type(value) is type_), "other")


def is_further(path):
    """Whether it is in an entry of a list that is not the first."""
    return any(part.isdigit() and part != "0" for part in path.split("."))


class Recorded:
    def __init__(self):
        self.ours, self.recorded = {}, {}

    def faults(self, pair, status, headers, body):
        """Each way in which the answer is not as the pair says; ids are learnt from an answer in which all is well."""
        known = dict(self.ours), dict(self.recorded)
        found = list(self.found(pair, status, headers, body))
        if found:
            self.ours, self.recorded = known
        return found

    def found(self, pair, status, headers, body):
        if status != pair["status"]:
            yield f"status {status} instead of {pair['status']}: {body[:300].decode(errors='replace')}"
            return
        for name, value in {"Content-Type": pair.get("content_type", "application/json"), **pair.get("headers", {})}.items():
            if headers.get(name) != value:
                yield f"{name}: {headers.get(name)} instead of {value}"
        if "gif" in pair and not (len(body) == 43 and body.startswith(GIF)):
            yield f"no GIF of 43 bytes: {body!r}"
        if "csv" in pair:
            yield from self.rows(pair["csv"], body.decode())
        if "answer" in pair or "types" in pair:
            try:
                answer = json.loads(body)
            except ValueError:
                yield f"no JSON: {body[:100]!r}"
                return
            self.patterns = pair.get("patterns", {})
            model = pair["types"] if "types" in pair else pair["answer"]
            yield from self.differences(model, answer, "", "types" in pair)

    def rows(self, wanted, text):
        lines = text.splitlines()
        if len(lines) != len(wanted):
            yield f"{len(lines)} lines instead of {len(wanted)}: {text[:300]}"
        for number, (line, ours) in enumerate(zip(wanted, lines)):
            shape = re.escape(line)
            for moment in set(MOMENT.findall(line)):
                shape = shape.replace(re.escape(moment), MOMENT.pattern)
            if not re.fullmatch(shape, ours):
                yield f"line {number + 1}: {ours} instead of {line}"

    def differences(self, recorded, ours, path, typed):
        """More keys than recorded are no difference, except among the faults of an error."""
        if typed and isinstance(recorded, str):
            # Of a list only the first entry was recorded; in the others a value may be there that the first has not, and the other way round.
            if type(ours) is not SHORT[recorded] and not (is_further(path) and "null" in (recorded, kind(ours))):
                yield f"{path}: {json.dumps(ours)} instead of {recorded}"
            return
        if isinstance(recorded, dict):
            if not isinstance(ours, dict):
                yield f"{path or '.'}: {json.dumps(ours)} instead of an object"
                return
            if typed and is_further(path) and path.endswith(".metadata"):
                return
            for name in recorded:
                if name not in ours:
                    yield f"{path}.{name}: absent"
                else:
                    yield from self.differences(recorded[name], ours[name], f"{path}.{name}", typed)
            if path == ".error.fields" and set(ours) - set(recorded):
                yield f"{path}: more faults than recorded: {sorted(set(ours) - set(recorded))}"
        elif isinstance(recorded, list):
            yield from self.lists(recorded, ours, path, typed)
        else:
            yield from self.scalar(recorded, ours, path)

    def lists(self, recorded, ours, path, typed):
        if not isinstance(ours, list):
            yield f"{path}: {json.dumps(ours)} instead of a list"
        elif typed and not ours:
            yield f"{path}: empty, so that nothing is compared"
        elif not typed and len(recorded) != len(ours):
            yield f"{path}: {len(ours)} entries instead of {len(recorded)}: {json.dumps(ours)[:300]}"
        else:
            for index, value in enumerate(ours):
                yield from self.differences(recorded[0 if typed else index], value, f"{path}.{index}", typed)

    def scalar(self, recorded, ours, path):
        name = path.rsplit(".", 1)[-1]
        if path.lstrip(".") in self.patterns:
            is_same = re.fullmatch(self.patterns[path.lstrip(".")], str(ours), re.S) is not None
        elif recorded is None or ours is None or type(recorded) is not type(ours):
            is_same = recorded is ours
        elif name in IDS:
            is_same = self.is_same_id(recorded, ours, path)
        elif isinstance(recorded, str) and MOMENT.fullmatch(recorded):
            is_same = bool(MOMENT.fullmatch(ours))
        elif name in MADE and MADE[name].fullmatch(recorded):
            is_same = bool(MADE[name].fullmatch(ours))
        elif isinstance(recorded, str) and "cascade-contact:" in recorded:
            is_same = self.is_same_id(int(recorded.split(":")[1]), int(ours.split(":")[1]), ".contact_id")
        else:
            is_same = recorded == ours
        if not is_same:
            yield f"{path}: {json.dumps(ours)} instead of {json.dumps(recorded)}"

    def is_same_id(self, recorded, ours, path):
        """Whether a recorded id has been this one of ours each time; ids of events count among themselves, and so on."""
        parts = [part for part in path.split(".") if part and not part.isdigit()]
        kind = parts[-1].removesuffix("_id") if parts[-1] != "id" else parts[-2]
        kind = {"message": "transactional_message", "events": "event", "campaign_recipients": "campaign_recipient"}.get(kind, kind)
        return self.ours.setdefault((kind, recorded), ours) == ours and self.recorded.setdefault((kind, ours), recorded) == recorded
