"""Documents that are small to send and large to work on, each with the limit that has to stop it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    """A document, the code and the limit by which it is refused, and the time that its target allows for that."""

    text: str
    limit: str | None
    milliseconds: int
    code: str = "LIMIT_EXCEEDED"

    @property
    def is_validated(self) -> bool:
        """Whether it has to be validated before it can be refused: its page sizes are read by the schema."""
        return self.code == "GRAPHQL_VALIDATION_FAILED" or self.limit == "nodes"


def bomb(levels: int) -> str:
    """Return fragments each of which spreads the next one twice."""
    doubling = "".join(f" fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(levels))
    return f"{{ ...f0 }}{doubling} fragment f{levels} on Query {{ __typename }}"


def overlapping(count: int) -> str:
    """Return fragments that all have to be compared with one another."""
    spreads = " ".join(f"...g{n}" for n in range(count))
    fragments = "".join(f" fragment g{n} on ReleaseConnection {{ totalCount }}" for n in range(count))
    return f"{{ releases {{ {spreads} }} }}{fragments}"


def below(levels: int) -> str:
    """Return a page of a hundred in each row of another, and so on."""
    text = "id"
    for _ in range(levels):
        text = f"children(first: 100) {{ nodes {{ {text} }} }}"
    return f"{{ organizations(first: 100) {{ nodes {{ {text} }} }} }}"


def aliases(count: int) -> str:
    """Return a field under many names, in an object, for at the root there are fewer still."""
    return "{ releases { " + " ".join(f"a{n}: totalCount" for n in range(count)) + " } }"


ATTACKS = {
    "A1 depth 13": Attack(
        "{ organizations " + "{ nodes { children " * 6 + "{ totalCount }" + " } }" * 6 + " }", "depth", 15
    ),
    "A1 depth 50": Attack("{a" * 50 + "}" * 50, "depth", 15),
    "A1 depth 500": Attack("{a" * 500 + "}" * 500, None, 15, "GRAPHQL_PARSE_FAILED"),
    "A1 depth 5000": Attack("{a" * 5000 + "}" * 5000, None, 15, "GRAPHQL_PARSE_FAILED"),
    "A2 100 aliases": Attack(aliases(100), "aliases", 10),
    "A2 10,000 aliases": Attack(aliases(10_000), "source", 30),
    "A4 circular fragments": Attack(
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }", None, 50, "GRAPHQL_VALIDATION_FAILED"
    ),
    "A4 bomb of 22 levels": Attack(bomb(22), "fields", 50),
    "A4 bomb of 60 levels": Attack(bomb(60), "fields", 50),
    "A4 bomb of 150 levels": Attack(bomb(150), "fields", 50),
    "A5 31 directives": Attack("{ __typename " + "@skip(if: false) " * 31 + "}", "directives", 30),
    "A5 1,000 directives": Attack("{ __typename " + "@a " * 1000 + "}", "tokens", 30),
    "A5 10,000 directives": Attack("{ __typename " + "@a " * 10_000 + "}", "source", 30),
    "A6 500 equal fields": Attack("{ " + "__typename " * 500 + "}", "fields", 25),
    "A6 20,000 equal fields": Attack("{ " + "__typename " * 20_000 + "}", "source", 30),
    "A7 61 overlapping fragments": Attack(overlapping(61), "spreads", 20),
    "A7 200 overlapping fragments": Attack(overlapping(200), "spreads", 20),
    "A8 a hundred, four deep": Attack(below(4), "nodes", 10),
    "A8 a hundred, three deep": Attack(below(2), "nodes", 10),
    "A9 a comment of 900 kB": Attack("# " + "a" * 900_000 + "\n{ __typename }", "source", 10),
    "A9 201 comments": Attack("#\n" * 201 + "{ __typename }", "comments", 10),
    "A9 200,000 comments": Attack("#\n" * 200_000 + "{ __typename }", "source", 10),
    "A9 a text of 900 kB": Attack('{ ministry(name: "' + "x" * 900_000 + '") { name } }', "source", 10),
    "many roots": Attack("{ " + " ".join(f"a{n}: __typename" for n in range(31)) + "}", "roots", 10),
    "introspection too deep": Attack(
        "{ __schema { types { fields { type " + "{ ofType " * 20 + "{ name }" + " }" * 20 + " } } } }",
        "introspectionDepth",
        15,
    ),
}
"""Attacks on how documents are read; those above the limit of a body are apart."""
