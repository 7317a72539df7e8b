"""The end of the interpreter, with everything still alive."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import metra
import pytest
from support import Run

PRELUDE = """
    import atexit, sys, threading, time
    import metra
    config = metra.Config({
        "metrics.reporter.p.factory.class": "prometheus", "metrics.reporter.p.port": "0",
        "metrics.reporter.o.factory.class": "ours", "metrics.reporter.o.interval": "1 ms",
        "metrics.gauge.timeout": "20 ms",
    })
    class Ours(metra.Reporter):
        def report(self, reporter, report):
            report.collect()
    config.add_reporter("ours", Ours())
    config.set_log(lambda level, text: None)
    registry = metra.Registry(config)
    group = registry.root("app")
    def read_for_ever():
        while True:
            registry.collect()
    sys.unraisablehook = lambda report: None
    def keep_reading():
        for _ in range(2):
            threading.Thread(target=read_for_ever, daemon=True).start()
        while registry.losses.gauge_failures + len(registry.collect()) == 0:
            pass
    """
QUIET = "import warnings; warnings.simplefilter('ignore', ResourceWarning)\n    "


@pytest.mark.parametrize(
    "gauge",
    [
        "lambda: 1",
        "lambda: sum(range(10000))",
        "lambda: time.sleep(0.001) or 1",
        "lambda: threading.Event().wait()",
        "lambda: 1 // 0",
    ],
)
@pytest.mark.parametrize("times", [3])
def test_interpreter_ends_while_gauges_are_asked(run_python: Run, gauge: str, times: int) -> None:
    program = PRELUDE + QUIET + f"""
    for n in range(3):
        group.gauge(f"g{{n}}", {gauge})
    keep_reading()
    print("end")
    """
    for _ in range(times):
        assert run_python(program) == "end\n"


def test_interpreter_ends_while_a_gauge_comes_back_from_its_sleep(run_python: Run) -> None:
    """It comes back in the middle of finalization, which a slow destructor keeps open."""
    assert run_python(PRELUDE + QUIET + """
    class Slow:
        def __del__(self, sleep=time.sleep):
            sleep(1.5)
    group.gauge("g", lambda: time.sleep(1.8))
    threading.Thread(target=registry.collect, daemon=True).start()
    time.sleep(0.1)
    sys.modules["slow"] = Slow()
    print("end")
    """) == "end\n"


def test_registry_may_be_closed_at_exit_with_its_gauges_and_reporters_working(run_python: Run) -> None:
    assert run_python(PRELUDE + """
    answers = []
    def close():
        registry.close()
        print(registry.closed, len(answers) > 0)
    atexit.register(close)
    group.gauge("g", lambda: answers.append(1))
    """) == "True True\n"


def test_exit_by_an_exception_or_from_a_thread_is_an_exit(run_python: Run) -> None:
    for end in ("sys.exit(0)", "raise SystemExit", "threading.Thread(target=lambda: registry.collect()).start()"):
        assert run_python(PRELUDE + QUIET + f"""
    group.gauge("g", lambda: 1)
    {end}
    """) == ""


def test_interpreter_can_be_started_again_after_its_end(run_python: Run, tmp_path: Path) -> None:
    """A host that embeds Python ends it, reads the registry without it, and starts another."""
    source, program = tmp_path / "host.c", tmp_path / "host"
    source.write_text(HOST, encoding="utf-8")
    library = sysconfig.get_config_var("LDVERSION")
    folder = sysconfig.get_config_var("LIBDIR")
    linked = sysconfig.get_config_var("LINKFORSHARED").split()
    archive = Path(sysconfig.get_config_var("LIBPL"), sysconfig.get_config_var("LIBRARY"))
    shared = Path(folder, f"libpython{library}.so")
    which = [str(shared), f"-Wl,-rpath,{folder}"] if shared.exists() else [str(archive)]
    include = sysconfig.get_paths()["include"]
    subprocess.run(
        ["cc", f"-I{include}", str(source), "-o", str(program), *which, *linked, "-ldl", "-lm", "-lutil", "-lpthread"],
        check=True,
    )
    done = subprocess.run(
        [program, sys.prefix + "/bin/python3", str(Path(metra.__file__).parents[1])],
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 None\n2 None\n3 None\n", "")


HOST = r"""
#include <Python.h>
#include <dlfcn.h>
static int pass_over(void *userdata, const char *bytes, size_t len)
{
    (void)userdata, (void)bytes, (void)len;
    return 0;
}
/* Asks the gauge, whose interpreter is gone. */
static int read_without_python(void)
{
    void *library = dlopen("libmetra.so.0", RTLD_NOW | RTLD_NOLOAD);
    int (*take)(void **) = (int (*)(void **))dlsym(library, "metra_registry_default");
    int (*page)(void *, int, int (*)(void *, const char *, size_t), void *) =
        (int (*)(void *, int, int (*)(void *, const char *, size_t), void *))dlsym(library, "metra_registry_write");
    void *registry = NULL;
    return take(&registry) || page(registry, 0, pass_over, NULL);
}
static const char program[] =
    "import sys; sys.path.insert(0, '%s')\n"
    "import metra, threading, warnings\n"
    "warnings.simplefilter('ignore')\n"
    "registry = metra.Registry.default(); group = registry.root('app')\n"
    "counter = group.counter('c'); counter.inc()\n"
    "old = [value for metric, value in registry.collect() if metric.name == 'g']\n"
    "print(counter.get_count(), old[0] if old else None, flush=True)\n"
    "group.gauge('g', lambda: 1)\n";
int main(int argc, char **argv)
{
    (void)argc;
    char text[4096];
    snprintf(text, sizeof text, program, argv[2]);
    for (int round = 0; round < 3; round++) {
        Py_Initialize();
        if (PyRun_SimpleString(text) != 0) return 1;
        if (Py_FinalizeEx() != 0) return 2;
        if (read_without_python() != 0) return 3;
    }
    return 0;
}
"""
