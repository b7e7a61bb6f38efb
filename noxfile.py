"""Every check of this project, each with its own set-up: `nox -s NAME`, or `nox -l` for the list."""

import json
import os
import platform
import shutil
import sys
import time
import tomllib
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "types", "tests"]
nox.options.error_on_missing_interpreters = True
# uv makes an environment in seconds where pip takes a minute
nox.options.default_venv_backend = "uv|virtualenv"

PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
# where a wheel brings a Redis or a Valkey for the tests
HAS_REDIS = (sys.platform, platform.machine()) in {("linux", "x86_64"), ("darwin", "arm64")}
FULLY_COVERED = ("scheduler", "_wire", "_paging", "_core/retry.py")
EXTRAS = ",".join(PROJECT["project"]["optional-dependencies"])
PYTHONS = [
    name.rpartition(" ")[2]
    for name in PROJECT["project"]["classifiers"]
    if name.startswith("Programming Language :: Python :: 3.")
]
LIST_INSTALLED = """
from importlib.metadata import distributions
names = {f"{each.name}=={each.version}" for each in distributions()}
print("\\n".join(sorted(each for each in names if not each.startswith("odapi"))))
"""
# one worker more than cores, since some tests wait; one that runs out of tests takes some from another one
PARALLEL = ("-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal")
# unit tests, the architecture, and each operation as the reference has it
QUICK = ("tests/architecture", "tests/unit", "tests/conformance/test_operations.py")
# the tests that need large packages
RECIPES = tuple(f"tests/docs/test_{name}.py" for name in ("analysis", "notebooks", "rows_page", "completion"))
# what talks to a server or runs hundreds of examples
SLOW = ("scheduler/test_redis.py", "mirror/files", "mirror/database/test_engine.py")


def install(session: nox.Session, *groups: str) -> None:
    """Install the project as it lies here, with its extras and some dependency groups."""
    session.install("-e", f".[{EXTRAS}]", *nox.project.dependency_groups(PROJECT, *groups))
    # workers and processes that tests start share what one of them has compiled
    session.env["PYTHONDONTWRITEBYTECODE"] = ""


@nox.session
def demo(session: nox.Session) -> None:
    """The main jobs against the embedded sandbox at the API's real pace: streams, and then a mirror."""
    session.install(".[cli,mirror]")
    session.run("odapi", "demo", *(session.posargs or ("--seconds", "30")))
    session.run("odapi", "mirror", "--sandbox")


@nox.session
def lint(session: nox.Session) -> None:
    """Format, rules and spelling, and the safety of the workflows."""
    session.install(*nox.project.dependency_groups(PROJECT, "lint"))
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("codespell")
    session.run("zizmor", "--offline", "--quiet", ".github")


@nox.session
def types(session: nox.Session) -> None:
    """Both type checkers, strict."""
    install(session, "test", "types")
    session.install("nox")
    session.run("mypy")
    session.run("pyright")


def run_tests(session: nox.Session) -> None:
    """Run all tests with branch coverage, which has to be complete where a mistake costs most."""
    install(session, "test")
    session.run("coverage", "erase")
    # each worker measures itself from its first import on; the processes that tests start are not measured
    session.run("pytest", *PARALLEL, *session.posargs, env={"COVERAGE_PROCESS_START": "pyproject.toml"})
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report", "--fail-under=90")
    covered = ",".join(f"odapi_async/{name}{'' if name.endswith('.py') else '/*'}" for name in FULLY_COVERED)
    untested = [] if HAS_REDIS else ["--omit=odapi_async/scheduler/redis/*"]
    session.run("coverage", "report", f"--include={covered}", *untested, "--fail-under=100")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests, with branch coverage; complete where a mistake costs most."""
    run_tests(session)


for version in PYTHONS:
    nox.session(name=f"tests-{version}", python=version)(run_tests)


@nox.session
def quick(session: nox.Session) -> None:
    """A quick choice of tests for work in between: no servers, no coverage."""
    install(session, "test")
    ignored = [f"--ignore=tests/unit/{each}" for each in SLOW]
    session.run("pytest", *PARALLEL, *(session.posargs or (*QUICK, *ignored)))


@nox.session
def lowest(session: nox.Session) -> None:
    """All tests with the lowest dependencies that the package accepts."""
    install(session, "test")
    extras = PROJECT["project"]["optional-dependencies"].values()
    required = [*PROJECT["project"]["dependencies"], *(each for extra in extras for each in extra)]
    # the SDK of OpenTelemetry, which only the tests need, wants the API of its own version
    tests_need = PROJECT["dependency-groups"]["test"]
    required += [each for each in tests_need if each.startswith("opentelemetry-sdk")]
    session.install(*(each.replace(">=", "==") for each in required))
    session.run("pytest", *PARALLEL, *session.posargs)


@nox.session
def newest(session: nox.Session) -> None:
    """All tests with the newest dependencies, also in an environment that is there already."""
    groups = nox.project.dependency_groups(PROJECT, "test")
    session.install("--upgrade", "-e", f".[{EXTRAS}]", *groups)
    session.run("pytest", *PARALLEL, *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Make inputs for all parsers for five minutes, and keep what is new; with atheris where it installs."""
    install(session, "test")
    session.install(*nox.project.dependency_groups(PROJECT, "fuzz"), success_codes=range(256))
    session.run("python", "-W", "error", "-m", "tests.fuzz", *session.posargs)


@nox.session
def audit(session: nox.Session) -> None:
    """Known vulnerabilities of the dependencies: they fail it, an index that does not answer does not."""
    install(session)
    installed = session.run("python", "-c", LIST_INSTALLED, silent=True)
    session.install(*nox.project.dependency_groups(PROJECT, "audit"))
    folder = Path(session.create_tmp())
    wanted, report = folder / "installed.txt", folder / "audit.json"
    wanted.write_text(str(installed), encoding="utf-8")
    report.unlink(missing_ok=True)
    options = ("--no-deps", "--disable-pip", "--progress-spinner=off", "--format=json", f"--output={report}")
    # it ends with 1 if it finds something, and also if it cannot look anything up: only the report tells
    session.run("pip-audit", f"--requirement={wanted}", *options, success_codes=range(256))
    found = json.loads(report.read_text(encoding="utf-8"))["dependencies"] if report.exists() else []
    known = [each for each in found if "skip_reason" not in each]
    flaws = [f"{each['name']} {each['version']}: {flaw['id']}" for each in known for flaw in each["vulns"]]
    if flaws:
        session.error("known vulnerabilities:\n" + "\n".join(flaws))
    if not known:
        session.warn("NOT AUDITED: the index of vulnerabilities did not answer; run it again elsewhere")
        return
    if len(known) < len(found):
        skipped = ", ".join(each["name"] for each in found if each not in known)
        session.warn(f"NOT AUDITED, because the index does not know them: {skipped}")
    session.log(f"no known vulnerability in {len(known)} packages")


@nox.session
def recipes(session: nox.Session) -> None:
    """The examples of docs/analysis.md and docs/rows.md with the packages that they need: none is skipped."""
    install(session, "test", "recipes")
    session.run("pytest", *(session.posargs or RECIPES), env={"ODAPI_RECIPES": "1"})


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site into build/site, without a network, and check its links."""
    session.install(*nox.project.dependency_groups(PROJECT, "docs"))
    began = time.monotonic()
    # a proxy that does not exist: whatever is fetched in a build fails it
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    session.run("python", "docs/site.py", "prepare")
    session.run("zensical", "build", "--clean", "--strict", env=nowhere)
    session.run("python", "docs/site.py", "check")
    session.log(f"built in {time.monotonic() - began:.0f} s: build/site/index.html")


@nox.session
def bench(session: nox.Session) -> None:
    """All benchmarks, side by side with peers from PyPI; prints ratios."""
    session.install(".[cli,fleet,mirror,postgres,redis]", *nox.project.dependency_groups(PROJECT, "bench"))
    session.run("python", "-m", "benchmarks", *session.posargs)


def find_pythons(session: nox.Session) -> dict[str, str]:
    """Return the path of each Python that the package is for; one that is missing ends the session."""
    found: dict[str, str] = {}
    for version in PYTHONS:
        program = shutil.which(f"python{version}")
        told = session.run(
            *(program or sys.executable, "-c", "import sys; print(*sys.version_info[:2], sep='.')"),
            external=True,
            silent=True,
            success_codes=range(256),  # a shim of pyenv is there even if its Python is not
        )
        if program is None or str(told).strip() != version:
            session.error(
                f"python{version} is not on PATH. The wheel is tried on {', '.join(PYTHONS)}: install the "
                f"missing one, with pyenv or uv for example, and put its folder on PATH"
            )
        found[version] = program
    return found


@nox.session
def build(session: nox.Session) -> None:
    """Build sdist and wheel, check both, and read rows with the wheel alone on each version of Python.

    `-- --release 0.2.0` also checks what only a release needs, and writes its notes to build/notes.md.
    """
    pythons = find_pythons(session)
    session.install(*nox.project.dependency_groups(PROJECT, "build"))
    for name in ("dist", "build"):
        shutil.rmtree(name, ignore_errors=True)
    folder = Path(session.create_tmp()).resolve()
    again = folder / "again"
    session.run("python", "-m", "build", "--installer", "uv", "--outdir", "dist")
    session.run("python", "-m", "build", "--installer", "uv", "--wheel", "--outdir", str(again))
    (wheel,) = Path("dist").resolve().glob("*.whl")
    session.run("twine", "check", "--strict", *map(str, Path("dist").iterdir()))
    session.run("python", "-m", "tests.release.archives", "dist", str(again), *session.posargs)
    for version, program in pythons.items():
        try_wheel(session, wheel, folder / f"python-{version}", program)
    if session.posargs:
        session.run("python", "-m", "tests.release.notes", session.posargs[-1], "build/notes.md")


def try_wheel(session: nox.Session, wheel: Path, environment: Path, program: str) -> None:
    """Install a wheel alone, and then with its command, and read rows of the sandbox with both."""
    python = str(environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    smoke = (python, "-I", str(Path("tests/release/smoke.py").resolve()), wheel.name.split("-")[1])
    session.run("uv", "venv", "--quiet", "--clear", f"--python={program}", str(environment))
    with session.chdir(environment):  # where no package lies beside the wheel's
        session.run("uv", "pip", "install", "--quiet", f"--python={python}", str(wheel))
        session.run(*smoke, external=True)
    bill_of_materials(session, wheel, python)
    with session.chdir(environment):
        session.run("uv", "pip", "install", "--quiet", f"--python={python}", f"{wheel}[cli]")
        session.run(*smoke, "cli", external=True)


def bill_of_materials(session: nox.Session, wheel: Path, python: str) -> None:
    """Write what the wheel alone installs as a CycloneDX document beside the archives, in build/."""
    _, version, *_ = wheel.name.split("-")
    bill = Path("build") / f"odapi-async-{version}.cdx.json"
    if bill.exists():
        return  # that of the oldest Python, which needs the most packages
    bill.parent.mkdir(exist_ok=True)
    project = Path(session.create_tmp()) / "pyproject.toml"
    text = Path("pyproject.toml").read_text(encoding="utf-8")
    project.write_text(text.replace('dynamic = ["version"]', f'version = "{version}"'), encoding="utf-8")
    options = (
        "--mc-type=library",
        "--output-reproducible",
        f"--pyproject={project}",
        f"--output-file={bill}",
    )
    session.run("cyclonedx-py", "environment", *options, python)
    session.run("python", "-m", "tests.release.sbom", str(bill))


@nox.session
def api(session: nox.Session) -> None:
    """Print what breaks for users since the last release, or since the ref that is given."""
    session.install(*nox.project.dependency_groups(PROJECT, "api"))
    session.run("python", "-m", "tests.architecture.breaks", *session.posargs)


@nox.session
def changelog(session: nox.Session) -> None:
    """Print the changes since the last release; with a version, write them into CHANGELOG.md."""
    session.install(*nox.project.dependency_groups(PROJECT, "changelog"))
    written = [f"--tag={session.posargs[0]}", "--prepend=CHANGELOG.md"] if session.posargs else []
    session.run("git-cliff", "--unreleased", *written)
