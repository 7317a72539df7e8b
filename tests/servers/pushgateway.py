"""Prometheus' Pushgateway."""

import json
import ssl
import subprocess

from process import Server, basic, fetch, free_port, responds


class Pushgateway(Server):
    scheme = "http"
    # What it asks of those who come.
    fields = {}
    trust = None

    def __init__(self, test, program):
        self.address = f"127.0.0.1:{free_port()}"
        self.url = f"{self.scheme}://{self.address}"
        super().__init__(test, program)

    def command(self):
        return [self.program, f"--web.listen-address={self.address}", "--persistence.file=", "--log.level=error"]

    def is_ready(self):
        return responds(f"{self.url}/-/ready", self.trust, **self.fields)

    def groups(self):
        """What was pushed: grouping labels, and families by name, of each group."""
        groups = json.loads(fetch(f"{self.url}/api/v1/metrics", trust=self.trust, **self.fields))["data"]
        return [(group.pop("labels"), {name: family for name, family in group.items() if isinstance(family, dict)})
                for group in groups]


class SecurePushgateway(Pushgateway):
    """One with a user, and with a certificate of the authority whose own is in the file `authority`."""

    scheme = "https"
    USER, PASSWORD = "pusher", 'p:ä "word"'
    # By bcrypt, with as little work as it allows.
    HASH = "$2b$04$z/ayvxk.zqfSP0z9eeBIX.mtHD5x.hj1jgmZPZ4GKlsWQ4LO4UMDu"

    def command(self):
        self.authority = self.certify("authority", "basicConstraints = CA:true")
        self.certify("gateway", "subjectAltName = IP:127.0.0.1", "-CA", self.authority, "-CAkey", "authority.key")
        self.trust = ssl.create_default_context(cafile=self.authority)
        self.fields = {"Authorization": basic(self.USER, self.PASSWORD)}
        config = self.folder / "web.yml"
        # JSON is YAML.
        config.write_text(json.dumps({"tls_server_config": {"cert_file": "gateway.pem", "key_file": "gateway.key"},
                                      "basic_auth_users": {self.USER: self.HASH}}))
        return [*super().command(), f"--web.config.file={config}"]

    def certify(self, name, extension, *signer):
        """Makes a key and a certificate for it, signed by itself unless there is another signer."""
        config = self.folder / f"{name}.cnf"
        config.write_text(f"[req]\ndistinguished_name = dn\nx509_extensions = ext\n[dn]\n[ext]\n{extension}\n")
        certificate = self.folder / f"{name}.pem"
        subprocess.run(["openssl", "req", "-x509", "-config", config, "-subj", f"/CN={name}", "-nodes",
                        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", f"{name}.key",
                        "-out", certificate, *signer], cwd=self.folder, check=True, capture_output=True)
        return certificate
