"""Sizes and names every file keeps to; floors and directions are kept by the import contracts in pyproject.toml."""

import ast
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("flows", "expectations", "transforms")
FORBIDDEN_NAMES = ("utils", "util", "helpers", "helper", "manager", "common", "misc")
TOP_LEVEL = {
    *("pyproject.toml", "README.md", "flows", "transforms", "expectations", "data", "tests"),
    *(".ci", ".gitignore", "Makefile", "requirements.lock", "docs", "CHANGELOG.md", "LICENSE"),
}


def source_files() -> list[Path]:
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def tracked() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


def test_files_stay_under_300_lines() -> None:
    files = [*source_files(), *sorted((ROOT / "tests").rglob("*.py"))]
    long = [
        f"{path.relative_to(ROOT)}: {count}" for path in files if (count := len(path.read_text().splitlines())) > 300
    ]
    assert not long


def test_functions_stay_under_40_lines() -> None:
    long = []
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = [part for part in node.body if not _is_docstring(part)]
                lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                if lines >= 40:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines}")
    assert not long


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def test_names_say_what_a_file_is_for() -> None:
    assert not [path for path in source_files() if path.stem in FORBIDDEN_NAMES]


def test_every_module_and_every_public_function_of_the_lower_floors_states_its_contract() -> None:
    silent = []
    for path in source_files():
        tree = ast.parse(path.read_text())
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            public = (
                public and path.relative_to(ROOT).parts[0] != "flows"
            )  # there a name such as write_text says it all
            if public and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not silent


def test_top_level_holds_only_what_was_agreed() -> None:
    assert {name.split("/")[0] for name in tracked()} <= TOP_LEVEL


def test_no_address_of_a_registry_and_no_path_of_a_machine() -> None:
    words = ("index" + "-url", "/" + "simple/", "find" + "-links", str(Path.home()) + "/")
    texts = {name: (ROOT / name).read_text(errors="ignore") for name in tracked() if (ROOT / name).is_file()}
    assert not [name for name, text in texts.items() if any(word in text for word in words)]
    assert "://" not in texts["requirements.lock"]


def test_given_packages_are_kept() -> None:
    declared = " ".join(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])
    for package in ("prefect", "pandas", "pyreadstat", "statsmodels", "great-expectations"):
        assert package in declared
