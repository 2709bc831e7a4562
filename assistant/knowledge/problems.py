"""The codes of problems in YAML that reading it raises."""

from __future__ import annotations

CODES = {
    "Y001": "The file is too large; split it.",
    "Y002": "The file is not UTF-8; save it as UTF-8.",
    "Y003": "The file cannot be read: missing, a folder, or no permission.",
    "Y004": "Not valid YAML. Often a missing quote around text with `: ` or ` #`, or a wrong indent.",
    "Y005": "Nested too deep.",
    "Y006": "An alias (`*name`); write the value out.",
    "Y007": "A key that is a list or a mapping; a key is a plain word.",
    "Y008": "A key stands twice in one mapping; keep one.",
    "Y009": "A tag such as `!python/object`; none is allowed.",
    "K100": "The file has another shape than it should.",
    "K101": "A file or folder of the knowledge is missing.",
    "K102": "A YAML file that nothing reads; rename it to one that is read, or move it away.",
    "K103": "`schema_version` is missing or is another than this program reads.",
    "K104": "A key that is not known here.",
    "K105": "A key that is required is missing.",
    "K106": "A value of the wrong kind, such as text for a number. Quote a number to make it text.",
    "K107": "An id that does not exist: of a diagnosis, finding, value, context, source or patient group.",
    "K108": "An id that is taken already, or that differs from the name of its file.",
    "K109": "A probability that is 0, 1 or outside; nothing is certain.",
    "K110": "A row that is not over exactly the values (or bands) of its finding.",
    "K111": "Probabilities that should sum to 1 and do not.",
    "K112": "Bands with a gap or an overlap, or not in rising order.",
    "K113": "A quantity as the parent of a context or gate; only findings with values can be one.",
    "K114": "A row for a finding that takes none, or none in other.yaml for a finding that needs one.",
    "K115": "A number outside the range that makes sense here.",
    "K116": "A word that is none of those allowed here, such as a grade other than A to D.",
    "K117": "A key that does not fit the type of the finding.",
    "K118": "A condition that is malformed.",
}
"""Code -> what it means and what to do. A code keeps its meaning for ever."""
