"""The house keeps its own rules: lengths, names, and docs that cannot drift."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import variorum
from variorum.doors.cli import VERBS
from variorum.editions import EDITIONS
from variorum.intake import FORMATS
from variorum.rescue import REPAIRS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "variorum"


def sources() -> list[Path]:
    # A migration is frozen the day it is released: its length is the schema's.
    return sorted(p for p in PACKAGE.rglob("*.py") if "versions" not in p.parts)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def public_names(tree: ast.Module) -> set[str]:
    """What a module lists in ``__all__``."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return {e.value for e in ast.walk(node.value) if isinstance(e, ast.Constant) and isinstance(e.value, str)}
    return set()


def test_no_source_file_is_longer_than_400_lines() -> None:
    """A file that has grown past 400 lines wants to be a folder."""
    assert [str(p) for p in sources() if len(p.read_text().splitlines()) > 400] == []


def test_no_function_is_longer_than_60_lines() -> None:
    """A function fits a screen."""
    long = []
    for path in sources():
        for node in functions(ast.parse(path.read_text())):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > 60:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length}")
    assert long == []


def test_every_module_and_public_name_says_what_it_is_for() -> None:
    """Modules and what they list in __all__ have docstrings; the nouns of the model may be plain by their names."""
    silent = []
    for path in sources():
        tree = ast.parse(path.read_text())
        if not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
        listed = public_names(tree)
        for node in tree.body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name not in listed:
                continue
            if path.parent.name != "model" and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert silent == []


def test_nothing_is_left_open_in_the_source() -> None:
    """No TODO stands where the work should be."""
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert [str(p) for p in sources() if marks.search(p.read_text())] == []


def test_the_root_can_be_taken_in_at_one_look() -> None:
    """At most twelve visible things that git tracks stand in the root."""
    listed = subprocess.run(["git", "ls-tree", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no git checkout, so there is no list of what is tracked")
    visible = [name for name in listed.stdout.split() if not name.startswith(".")]
    assert len(visible) <= 12, visible


def test_the_public_names_are_what_the_list_says() -> None:
    """Every name of variorum.__all__ can be had, and the importable ones are the listed ones."""
    for name in variorum.__all__:
        assert getattr(variorum, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = variorum.nothing


def test_importing_the_package_costs_next_to_nothing() -> None:
    """`import variorum` loads neither numpy nor the web; the command line draws only when it must."""
    code = "import sys, variorum; print([m for m in ('numpy', 'starlette', 'rich', 'sqlalchemy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def documented(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def test_every_verb_is_documented() -> None:
    """docs/commands.md has a section for each verb, and no section for what is none."""
    heads = re.findall(r"^## `(\w+)", documented("commands.md"), re.MULTILINE)
    assert sorted(heads) == sorted(verb.name or "" for verb in VERBS)


def test_every_option_of_every_verb_is_documented() -> None:
    """Each visible option is named in its verb's section."""
    text = documented("commands.md")
    sections = dict(re.findall(r"^## `(\w+)[^\n]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    missing = []
    for verb in VERBS:
        for parameter in verb.params:
            if parameter.param_type_name == "option" and not getattr(parameter, "hidden", False):
                names = [o for o in parameter.opts if o not in {"--library", "--json"}]
                missing += [f"{verb.name} {o}" for o in names if f"`{o}" not in sections[verb.name or ""]]
    assert missing == []


def test_every_format_is_documented() -> None:
    """docs/formats.md names each format of the registry."""
    text = documented("formats.md")
    assert [f.name for f in FORMATS if f"`{f.name}`" not in text] == []


def test_every_repair_is_documented() -> None:
    """docs/rescue.md names each repair of the registry."""
    text = documented("rescue.md")
    assert [r.name for r in REPAIRS if f"\n| {r.name} |" not in text] == []


def test_every_edition_is_documented() -> None:
    """docs/commands.md names each ending an edition is made for."""
    text = documented("commands.md")
    assert [ending for ending in EDITIONS if f"`{ending}`" not in text] == []


def test_the_contract_is_ours_to_the_key() -> None:
    """The JSON shapes of docs/contract.md are valid JSON in their examples, and each verb of it exists."""
    text = documented("contract.md")
    verbs = {verb.name for verb in VERBS}
    named = set(re.findall(r"^## `?(\w+)", text, re.MULTILINE)) - {"Ids"}
    assert named <= verbs | {"verify", "rebuild", "publish", "init", "serve", "Kinship"}
    for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL):
        json.loads(block)


def test_links_between_the_documents_lead_somewhere() -> None:
    """Every relative link of every Markdown file in the repository leads to a file."""
    link = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in link.findall(path.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert broken == []


def test_no_address_of_a_machine_or_a_registry_is_committed() -> None:
    """Tracked text names no package registry and no folder of a build machine."""
    dot = r"[.]"
    never = rf"(pypi|pythonhosted){dot}org|npmjs{dot}org|deb{dot}debian{dot}org"
    found = subprocess.run(["git", "grep", "-nIE", never, "--", ".", ":!*.svg"], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout == ""
