import importlib.util
import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from evalsys.bootstrap import debian, environment, linting, postgres, serving, testing
from evalsys.bootstrap.common import SetupError

ROOT = Path(__file__).resolve().parents[2]

DPKG_ANSWER = "python3-venv ii \nlibpango-1.0-0 rc \nlibpangoft2-1.0-0 un \nchromium hi \n"
RUN_TEXT = "django==5.2.19 \\\n    --hash=sha256:aa\nasgiref==3.13.0 ; python_version > '3' \\\n    --hash=sha256:bb\n"
DEV_TEXT = RUN_TEXT + "pytest==9.2.0 \\\n    --hash=sha256:cc\n"
LOCKS = {"requirements.txt": RUN_TEXT, "requirements-dev.txt": DEV_TEXT}


# Debian packages


def test_only_fully_installed_packages_count():
    wanted = ["python3-venv", "libpango-1.0-0", "libpangoft2-1.0-0", "chromium", "qpdf"]
    assert debian.missing_names(wanted, DPKG_ANSWER) == [
        "libpango-1.0-0",
        "libpangoft2-1.0-0",
        "qpdf",
    ]


def test_an_empty_answer_misses_everything():
    assert debian.missing_names(["qpdf"], "") == ["qpdf"]


@pytest.mark.parametrize(
    ("has_it", "needed"), [(True, ["qpdf"]), (False, ["python3-venv", "qpdf"])]
)
def test_python3_venv_is_for_a_python_without_ensurepip(has_it, needed):
    wanted = ["python3-venv", "qpdf"]
    assert debian.needed_names(wanted, python_has_ensurepip=has_it) == needed


def test_without_root_the_message_is_one_line_to_run():
    assert debian.no_root_message(["qpdf", "chromium"], has_sudo=True) == (
        "Missing here: 2 Debian packages: qpdf chromium. Installing needs root."
        " Run this with your password, then repeat:\n"
        "  sudo apt-get update && sudo apt-get install -y --no-install-recommends qpdf chromium"
    )
    assert debian.no_root_message(["qpdf"], has_sudo=False) == (
        "Missing here: 1 Debian package: qpdf. Installing needs root."
        " Run this as root, then repeat:\n"
        "  apt-get update && apt-get install -y --no-install-recommends qpdf"
    )


def test_apt_never_asks():
    assert debian.as_root(["apt-get", "update"], is_root=True) == [
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "LC_ALL=C.UTF-8",
        "apt-get",
        "update",
    ]
    assert debian.as_root(["true"], is_root=False)[:3] == ["sudo", "-n", "env"]


def fake_dpkg(monkeypatch, answer):
    class Done:
        stdout = answer
        returncode = 0

    monkeypatch.setattr(debian, "run_quietly", lambda command, env=None: Done)
    monkeypatch.setattr(debian.shutil, "which", lambda name: "/bin/" + name)
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(debian, "may_use_sudo", lambda: False)


def test_missing_packages_without_root_stop_the_set_up(monkeypatch):
    fake_dpkg(monkeypatch, "qpdf rc \n")
    with pytest.raises(SetupError, match=r"--no-install-recommends qpdf$"):
        debian.ensure_packages(["qpdf"])


def test_a_complete_machine_is_left_alone_and_nothing_is_said(monkeypatch, capsys):
    fake_dpkg(monkeypatch, "qpdf ii \n")
    debian.ensure_packages(["qpdf"])
    assert capsys.readouterr().out == ""


def test_packages_of_each_command():
    assert testing.needed_packages(postgres=False) == (
        "python3-venv",
        "libpango-1.0-0",
        "libpangoft2-1.0-0",
        "libharfbuzz-subset0",
        "chromium",
        "poppler-utils",
        "qpdf",
        "libnss3-tools",
        "openssl",
        "softhsm2",
    )
    assert testing.needed_packages(postgres=True)[-1] == "postgresql"


def test_the_image_holds_the_same_packages_and_server_options():
    dockerfile = (ROOT / "Dockerfile").read_text()
    listed = re.search(r"--no-install-recommends \\\n(.*?)&&", dockerfile, re.DOTALL)[1]
    packages = set(listed.replace("\\", " ").split())
    assert packages == set(debian.RUN_PACKAGES) - {debian.VENV_PACKAGE}
    assert " ".join(serving.SERVER_OPTIONS) in dockerfile


# The virtual environment


def test_pins_leave_out_markers_and_hashes():
    assert environment.pins(RUN_TEXT) == {"django==5.2.19", "asgiref==3.13.0"}


def test_the_development_lock_satisfies_the_run_lock_but_not_the_other_way():
    after_dev = environment.stamp_after("requirements-dev.txt", LOCKS)
    assert environment.is_current("requirements.txt", LOCKS, after_dev)
    assert environment.is_current("requirements-dev.txt", LOCKS, after_dev)
    after_run = environment.stamp_after("requirements.txt", LOCKS)
    assert environment.is_current("requirements.txt", LOCKS, after_run)
    assert not environment.is_current("requirements-dev.txt", LOCKS, after_run)


def test_a_changed_lock_is_no_longer_current():
    stamp = environment.stamp_after("requirements-dev.txt", LOCKS)
    newer = {**LOCKS, "requirements.txt": RUN_TEXT.replace("5.2.19", "5.2.20")}
    assert not environment.is_current("requirements.txt", newer, stamp)
    assert environment.is_current("requirements-dev.txt", newer, stamp)
    assert list(environment.stamp_after("requirements-dev.txt", newer)) == ["requirements-dev.txt"]


@pytest.mark.parametrize("content", [None, "", "{half", "[1]"])
def test_an_unreadable_stamp_is_no_stamp(tmp_path, content):
    stamp = tmp_path / "stamp.json"
    if content is not None:
        stamp.write_text(content)
    assert environment.read_stamp(stamp) == {}


def test_the_committed_locks_are_hashed_and_nested():
    locks = environment.read_locks()
    run, dev = (
        environment.pins(locks[name]) for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert run < dev
    for text in locks.values():
        assert text.count("--hash=sha256:") >= len(environment.pins(text))
        assert "://" not in text


def record_set_up(monkeypatch, tmp_path, stamp):
    commands = []

    class Done:
        stdout = ""
        returncode = 0

    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(environment, "read_stamp", lambda: stamp)
    monkeypatch.setattr(environment, "read_locks", lambda: LOCKS)
    monkeypatch.setattr(environment, "ensure_venv", lambda: None)
    monkeypatch.setattr(
        environment, "run_quietly", lambda command: commands.append(command) or Done
    )
    return commands


def test_up_after_test_installs_nothing_and_says_nothing(monkeypatch, tmp_path, capsys):
    stamp = environment.stamp_after("requirements-dev.txt", LOCKS)
    commands = record_set_up(monkeypatch, tmp_path, stamp)
    environment.ensure_environment("requirements.txt", None)
    assert commands == []
    assert capsys.readouterr().out == ""


def test_an_installation_is_announced_and_stamped(monkeypatch, tmp_path, capsys):
    commands = record_set_up(monkeypatch, tmp_path, {})
    environment.ensure_environment("requirements-dev.txt", None)
    assert len(commands) == 1
    assert (
        capsys.readouterr().out == "Installing requirements-dev.txt (3 pinned packages, hashed)\n"
    )
    stamp = json.loads((tmp_path / "stamp.json").read_text())
    assert stamp == environment.stamp_after("requirements-dev.txt", LOCKS)


def test_a_failed_installation_leaves_no_stamp(monkeypatch, tmp_path):
    record_set_up(monkeypatch, tmp_path, {})
    (tmp_path / "stamp.json").write_text("{}")

    class Failed:
        stdout = "ERROR: out of luck"
        returncode = 1

    monkeypatch.setattr(environment, "run_quietly", lambda command: Failed)
    with pytest.raises(SetupError, match="out of luck"):
        environment.ensure_environment("requirements.txt", None)
    assert not (tmp_path / "stamp.json").exists()


def test_pip_asks_its_own_configuration_for_the_index():
    command = environment.install_command("requirements.txt", None)
    assert command[1:] == [
        "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
        "--require-hashes", "--no-deps", "-r", "requirements.txt",
    ]  # fmt: skip


def test_a_wheelhouse_replaces_every_index():
    command = environment.install_command("requirements.txt", Path("/media/wheels"))
    at = command.index("--no-index")
    assert command[at : at + 3] == ["--no-index", "--find-links", "/media/wheels"]
    assert "--require-hashes" in command


def test_the_wheelhouse_is_the_option_then_the_variable_then_the_folder(tmp_path):
    option, variable, default = (tmp_path / name for name in ("option", "variable", "wheelhouse"))
    chosen = environment.chosen_wheelhouse
    assert chosen(None, {}, root=tmp_path) is None
    for folder in (option, variable, default):
        folder.mkdir()
    environ = {"EVALSYS_WHEELHOUSE": str(variable)}
    assert chosen(option, environ, root=tmp_path) == option
    assert chosen(None, environ, root=tmp_path) == variable
    assert chosen(None, {"EVALSYS_WHEELHOUSE": ""}, root=tmp_path) == default
    with pytest.raises(SetupError, match="no wheelhouse folder"):
        chosen(tmp_path / "absent", {}, root=tmp_path)


@pytest.mark.parametrize(
    ("output", "wheelhouse", "sentence"),
    [
        ("WARNING: Retrying … NewConnectionError(…)\nERROR: No matching distribution found for django==5.2.19", None,
         "pip reaches no package index"),
        ("Temporary failure in name resolution", None, "-d wheelhouse"),
        ("ERROR: No matching distribution found for django==5.2.19", Path("/media/wheels"),
         "/media/wheels lacks django==5.2.19"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", None,
         "nothing was installed"),
        ("ERROR: No space left on device", None, "No space left on device"),
    ],
)  # fmt: skip
def test_pip_failures_in_plain_words(output, wheelhouse, sentence):
    assert sentence in environment.explain_pip_failure(output, "requirements.txt", wheelhouse)


@pytest.mark.parametrize(
    ("configuration", "version"),
    [
        ("home = /usr/bin\nversion = 3.11.2\n", "3.11"),
        ("version_info = 3.12.1.final.0\n", "3.12"),
        ("home = /usr/bin\n", ""),
    ],
)
def test_the_python_of_an_environment(configuration, version):
    assert environment.venv_version(configuration) == version


# The door


def load_manage():
    spec = importlib.util.spec_from_file_location("manage_door", ROOT / "manage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_set_up_needs_the_standard_library_only():
    code = "import sys; sys.path.insert(0, sys.argv[1]); import manage, evalsys.bootstrap"
    command = [sys.executable, "-I", "-S", "-c", code, str(ROOT)]
    subprocess.run(command, check=True)


def test_other_commands_say_what_to_run_first(monkeypatch, tmp_path, capsys):
    door = load_manage()
    monkeypatch.setattr(door, "VENV", tmp_path)
    with pytest.raises(SystemExit) as refused:
        door.main(["migrate"])
    assert refused.value.code == 2
    assert capsys.readouterr().err.endswith("Run first: python3 manage.py up\n")


def test_other_commands_go_on_inside_the_environment(monkeypatch, tmp_path):
    door, executed = load_manage(), []
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    (tmp_path / "pyvenv.cfg").touch()
    monkeypatch.setattr(door, "VENV", tmp_path)
    monkeypatch.setattr(door.os, "execv", lambda path, command: executed.append(command))
    door.enter_venv(["migrate", "--plan"])
    python = str(tmp_path / "bin" / "python")
    assert executed == [[python, str(ROOT / "manage.py"), "migrate", "--plan"]]
    monkeypatch.setattr(door.sys, "prefix", str(tmp_path))
    door.enter_venv(["migrate"])
    assert len(executed) == 1


def test_an_old_python_is_refused_in_a_sentence(monkeypatch, capsys):
    door = load_manage()
    monkeypatch.setattr(door.sys, "version_info", (3, 10, 9))
    with pytest.raises(SystemExit):
        door.main(["up"])
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


# Serving


def test_the_server_command():
    assert serving.server_command("127.0.0.1", 8001)[1:] == [
        "-m", "gunicorn", "evalsys.wsgi:application", "--bind", "127.0.0.1:8001",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--keep-alive", "75",
        "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    assert "[::1]:8000" in serving.server_command("::1", 8000)


def test_up_listens_on_loopback_and_asks_for_no_demo_unless_told():
    options = serving.parse([])
    assert (options.host, options.port, options.demo) == ("127.0.0.1", 8000, False)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "８０", "http", ""])
def test_bad_ports_are_refused(port, capsys):
    with pytest.raises(SystemExit) as refused:
        serving.parse([f"--port={port}"])
    assert refused.value.code == 2
    assert "ports are 1 to 65535" in capsys.readouterr().err


def test_a_taken_port_is_one_line_with_another_to_choose():
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(SetupError) as refused:
            serving.refuse_unusable_port("127.0.0.1", port)
    other = 1 if port == 65535 else port + 1
    assert str(refused.value) == (
        f"Port {port} is taken. Choose another: python3 manage.py up --port {other}"
    )
    serving.refuse_unusable_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(SetupError, match=r"no address 192\.0\.2\.1"):
        serving.refuse_unusable_port("192.0.2.1", 8000)


def test_the_local_environment_keeps_what_the_caller_set():
    env = serving.local_environment({"HOME": "/root"}, "127.0.0.1")
    assert env == {
        "HOME": "/root",
        "EVALSYS_ENV": "local",
        "EVALSYS_ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
    }
    own = serving.local_environment({"EVALSYS_ALLOWED_HOSTS": "lab"}, "192.0.2.7")
    assert own["EVALSYS_ALLOWED_HOSTS"] == "lab"


def test_up_never_touches_a_production_environment():
    with pytest.raises(SetupError, match="EVALSYS_ENV is production"):
        serving.local_environment({"EVALSYS_ENV": "production"}, "127.0.0.1")


def record_up(monkeypatch):
    calls = []
    monkeypatch.delenv("EVALSYS_ENV", raising=False)
    monkeypatch.setattr(serving, "refuse_unusable_port", lambda host, port: None)
    monkeypatch.setattr(serving, "ensure_packages", lambda names: calls.append("packages"))
    monkeypatch.setattr(serving, "ensure_environment", lambda lock, house: calls.append(lock))
    monkeypatch.setattr(
        serving, "run_or_refuse", lambda command, sentence, env: calls.append(command[2])
    )
    monkeypatch.setattr(serving, "collect_static", lambda env: calls.append("collectstatic"))
    monkeypatch.setattr(serving, "attend", lambda command, env: calls.append(command[2]))
    monkeypatch.setattr(serving, "serve", lambda host, port, env: calls.append("serve") or 0)
    return calls


def test_up_without_demo_makes_no_demo_accounts(monkeypatch):
    calls = record_up(monkeypatch)
    assert serving.up([]) == 0
    assert calls == ["packages", "requirements.txt", "migrate", "collectstatic", "serve"]


def test_up_with_demo_loads_it_before_serving(monkeypatch):
    calls = record_up(monkeypatch)
    assert serving.up(["--demo"]) == 0
    assert calls[-3:] == ["collectstatic", "demo", "serve"]


def test_static_files_are_collected_again_only_when_a_source_changed(tmp_path):
    (tmp_path / "static").mkdir()
    sheet = tmp_path / "static" / "a.css"
    sheet.write_text("p {}")
    first = serving.content_digest([sheet], root=tmp_path)
    assert serving.content_digest([sheet], root=tmp_path) == first
    sheet.write_text("p { }")
    assert serving.content_digest([sheet], root=tmp_path) != first
    moved = sheet.rename(tmp_path / "static" / "b.css")
    moved.write_text("p {}")
    assert serving.content_digest([moved], root=tmp_path) != first


def test_what_was_collected_is_no_source_of_itself(tmp_path):
    for folder in ("static", "var/static", ".venv/static", "projects/static"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.css").touch()
    sources = {str(path.relative_to(tmp_path)) for path in serving.static_sources(tmp_path)}
    assert sources == {
        "static/a.css", "projects/static/a.css", "requirements.txt", "evalsys/settings.py",
    }  # fmt: skip


# Testing and lint


def test_pytest_runs_on_two_cores_unless_the_caller_chose():
    assert testing.pytest_command(["tests/evalsys"], slow=True)[1:] == [
        "-m", "pytest", "-n", "2", "--slow", "tests/evalsys",
    ]  # fmt: skip
    for own in (["-n", "0"], ["-n4"], ["-p", "no:xdist"], ["--numprocesses=1"], ["--pdb"]):
        assert testing.pytest_command(own, slow=False)[3:] == own


def test_unknown_options_go_to_pytest():
    options, rest = testing.parse(
        ["--postgres", "-k", "engine", "--wheelhouse", "w", "-x", "tests"]
    )
    assert options.postgres
    assert options.wheelhouse == Path("w")
    assert rest == ["-k", "engine", "-x", "tests"]


@pytest.mark.parametrize(
    ("arguments", "environ", "wanted"),
    [([], {}, False), (["--lint"], {}, True), ([], {"CI": "true"}, True), ([], {"CI": ""}, False)],
)
def test_ci_lints_too(arguments, environ, wanted):
    options, _ = testing.parse(arguments)
    assert testing.lint_is_wanted(options, environ) is wanted


def test_the_throwaway_database_replaces_the_callers():
    mine = {"DATABASE_URL": "sqlite:///mine"}
    assert testing.test_environment(mine, None) == {**mine, "EVALSYS_ENV": "test"}
    assert testing.test_environment(mine, "postgres://x")["DATABASE_URL"] == "postgres://x"


@pytest.mark.parametrize(
    ("pytest_code", "failed", "code"), [(0, [], 0), (0, ["mypy"], 1), (5, [], 5), (1, ["mypy"], 1)]
)
def test_the_exit_code_tells_of_tests_and_lint(monkeypatch, pytest_code, failed, code):
    monkeypatch.setattr(testing, "ensure_packages", lambda names: None)
    monkeypatch.setattr(testing, "ensure_environment", lambda lock, house: None)
    monkeypatch.setattr(testing, "lint_all", lambda: failed)
    monkeypatch.setattr(testing, "attend", lambda command, env: pytest_code)
    assert testing.test(["--lint"]) == code


def test_a_failed_lint_step_does_not_stop_the_next(capsys):
    python = sys.executable
    todo = [
        ("first", [python, "-c", "print('a reason'); raise SystemExit(1)"]),
        ("second", [python, "-c", ""]),
    ]
    assert linting.run_steps(todo, {}) == ["first"]
    assert capsys.readouterr().out == "FAILED first\na reason\nok     second\n"


def test_lint_covers_code_templates_and_production_settings():
    names = [name for name, _ in linting.steps(["templates/base.html"])]
    assert names == [
        "ruff check", "ruff format", "djade", "mypy", "import-linter", "deptry",
        "missing migrations", "production settings",
    ]  # fmt: skip
    assert "djade" not in dict(linting.steps([]))


def test_production_checks_use_no_database_and_no_key_of_anybodys():
    mine = {"DATABASE_URL": "postgres://mine", "EVALSYS_SECRET_KEY": "mine"}
    env = linting.production_environment(mine)
    assert env["EVALSYS_ENV"] == "production"
    assert env["DATABASE_URL"] == "sqlite://:memory:"
    assert env["EVALSYS_SECRET_KEY"] != "mine"
    assert env["EVALSYS_SECRET_KEY"] != linting.production_environment(mine)["EVALSYS_SECRET_KEY"]


# PostgreSQL


def test_the_newest_server_is_taken(tmp_path):
    for version in ("9.6", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    (tmp_path / "18" / "bin").mkdir(parents=True)
    assert postgres.newest_binaries(tmp_path) == tmp_path / "17" / "bin"


def test_a_machine_without_server_is_told_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres.shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match="package postgresql"):
        postgres.newest_binaries(tmp_path)


def test_the_throwaway_server_listens_on_loopback_and_skips_fsync():
    command = postgres.start_command(Path("/bin"), Path("/data"), 5433, durable=False)
    options = command[command.index("--options") + 1]
    for setting in ("listen_addresses='127.0.0.1'", "port='5433'", "fsync='off'"):
        assert f"-c {setting}" in options
    assert command[-1] == "start"


def test_a_durable_throwaway_server_writes_as_one_in_use():
    command = postgres.start_command(Path("/bin"), Path("/data"), 5433, durable=True)
    options = command[command.index("--options") + 1]
    assert "listen_addresses='127.0.0.1'" in options
    assert not any(setting in options for setting in postgres.CARELESS)


def fake_cluster(monkeypatch, tmp_path, *, start_fails=False):
    steps = []

    def run_as(account, command, folder):
        verb = Path(command[0]).name if "initdb" in command[0] else command[-1]
        steps.append((verb, folder))
        if verb == "initdb":
            (folder / "data").mkdir()
        if verb == "start":
            if start_fails:
                raise SetupError("no")
            (folder / "data" / "postmaster.pid").touch()

    monkeypatch.setattr(postgres, "newest_binaries", lambda: Path("/pg/15/bin"))
    monkeypatch.setattr(postgres, "unprivileged_account", lambda: None)
    monkeypatch.setattr(postgres, "run_as", run_as)
    return steps


def test_the_cluster_is_stopped_and_removed_when_the_block_fails(monkeypatch, tmp_path):
    steps = fake_cluster(monkeypatch, tmp_path)
    with pytest.raises(SystemExit), postgres.throwaway_database():
        sys.exit(143)
    assert [verb for verb, _ in steps] == ["initdb", "start", "stop"]
    assert not steps[0][1].exists()


def test_the_url_names_the_role_its_password_and_the_port(monkeypatch, tmp_path):
    fake_cluster(monkeypatch, tmp_path)
    with postgres.throwaway_database() as url:
        assert re.fullmatch(r"postgres://evalsys:\w{32}@127\.0\.0\.1:\d+/evalsys", url)


def test_a_cluster_that_never_started_is_removed_too(monkeypatch, tmp_path):
    steps = fake_cluster(monkeypatch, tmp_path, start_fails=True)
    with pytest.raises(SetupError), postgres.throwaway_database():
        pass
    assert [verb for verb, _ in steps] == ["initdb", "start"]
    assert not steps[0][1].exists()
