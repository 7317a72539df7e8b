"""Brings what no Debian package has, once: what is there in these versions stays as it is.

The arguments are what is wanted, one of WANTED below, and the folder for all of them.
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


def victoria_metrics(folder):
    """Builds the server; about a minute on two processors."""
    os.nice(10)
    subprocess.run(["go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", folder / "victoria-metrics",
                    "github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics"],
                   cwd=HERE / "victoria-metrics", check=True)


def statsd(folder):
    for file in "package.json", "package-lock.json":
        shutil.copy(HERE / "statsd" / file, folder)
    # What is optional writes to syslog and to other daemons, and would be compiled.
    subprocess.run(["npm", "ci", "--silent", "--omit=optional", "--ignore-scripts"], cwd=folder, check=True)


def judges(folder):
    """Python packages, and Datadog's schemas as JSON."""
    subprocess.run([*PIP, "install", "--target", folder, "--requirement", HERE / "requirements.txt"], check=True)
    with tempfile.TemporaryDirectory() as sources:
        subprocess.run([*PIP, "download", "--no-deps", "--no-binary", ":all:", "--dest", sources,
                        "--requirement", HERE / "datadog.txt"], check=True)
        (source,) = pathlib.Path(sources).glob("*.tar.gz")
        with tarfile.open(source) as archive:
            for version in "v1", "v2":
                extract_schema(archive, version, folder / f"datadog-{version}.json")


def extract_schema(archive, version, file):
    """Keeps of a description of Datadog's API the operation that takes metrics, and the components."""
    sys.path.insert(0, str(file.parent))
    import yaml

    (member,) = (name for name in archive.getnames() if name.endswith(f"/.generator/schemas/{version}/openapi.yaml"))
    document = yaml.load(archive.extractfile(member), yaml.CSafeLoader)
    operation = document["paths"][f"/api/{version}/series"]["post"]
    # Examples have dates in them.
    file.write_text(json.dumps({"operation": operation, "components": document["components"]}, default=str))


# What is made of which files of ours, and by which function.
WANTED = {
    "victoria-metrics": (["victoria-metrics/go.mod", "victoria-metrics/go.sum"], victoria_metrics),
    "statsd": (["statsd/package.json", "statsd/package-lock.json"], statsd),
    "judges": (["requirements.txt", "datadog.txt"], judges),
}


def prepare(name, top):
    files, make = WANTED[name]
    versions = hashlib.sha256(b"".join((HERE / file).read_bytes() for file in [*files, __file__])).hexdigest()
    folder = top / name
    stamp = folder / "versions"
    if stamp.exists() and stamp.read_text() == versions:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    make(folder)
    # Written last: what was interrupted is made again.
    stamp.write_text(versions)


if __name__ == "__main__":
    prepare(sys.argv[1], pathlib.Path(sys.argv[2]).resolve())
