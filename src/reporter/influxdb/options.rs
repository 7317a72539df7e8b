//! The keys of an InfluxDB reporter.

use std::time::Duration;

use super::make;
use crate::config::ReporterSettings;
use crate::error::Error;
use crate::reporter::class::{
    BEARER_TOKEN_FILE, CA_FILE, Class, FLINK_EXACT, Key, Make, PASSWORD, PASSWORD_FILE, USERNAME,
};
use crate::reporter::client::{Client, encoded, host};

const DEFAULT_PORT: u16 = 8086;

/// Flink's default of both timeouts.
const PATIENCE: Duration = Duration::from_secs(10);

/// The keys that make it version 2 of the API, and those that mean nothing there.
const VERSION_2: [&str; 4] = ["bucket", "org", "token", "token-file"];
const VERSION_1: [&str; 7] = [
    "db",
    "retentionPolicy",
    "consistency",
    USERNAME.name,
    PASSWORD.name,
    PASSWORD_FILE.name,
    BEARER_TOKEN_FILE.name,
];

pub(crate) const CLASS: Class = Class {
    flink: "org.apache.flink.metrics.influxdb.InfluxdbReporterFactory",
    names: &["influxdb"],
    keys: &[
        Key::new("host", "", "host of the server; required"),
        Key::new("port", "8086", "its port"),
        Key::new("scheme", "http", "`http` or `https`"),
        Key::new("db", "", "database; required, or `bucket` and its like"),
        Key::new("retentionPolicy", "", "retention policy of the database"),
        Key::new(
            "consistency",
            "ONE",
            "how many nodes have to write: `ALL`, `ANY`, `ONE` or `QUORUM`",
        ),
        USERNAME,
        PASSWORD,
        PASSWORD_FILE,
        BEARER_TOKEN_FILE,
        Key::new("org", "", "organization, in version 2 of the API"),
        Key::new("bucket", "", "bucket of the organization"),
        Key::new(
            "token",
            "",
            "token for the bucket, or `token-file` with one",
        ),
        Key::new("token-file", "", "file with the token"),
        Key::new(
            "connectTimeout",
            "10 s",
            "how long connecting may take, within `timeout`",
        ),
        Key::new(
            "writeTimeout",
            "10 s",
            "how long sending may be stuck, within `timeout`",
        ),
        Key::new("gzip", "false", "compresses what is sent"),
        CA_FILE,
        FLINK_EXACT,
    ],
    make: Make::Pusher(make),
};

/// What an InfluxDB reporter is to do.
pub(super) struct Options {
    pub(super) client: Client,
    pub(super) url: String,
    pub(super) is_exact: bool,
}

impl Options {
    pub(super) fn read(settings: &ReporterSettings) -> Result<Self, Error> {
        let connect = settings.duration("connectTimeout", PATIENCE)?;
        let write = settings.duration("writeTimeout", PATIENCE)?;
        let (path, client) = if has_any(settings, &VERSION_2) {
            version_2(settings)?
        } else {
            version_1(settings)?
        };
        Ok(Self {
            client: client
                .within(connect, write)
                .compressing(settings.bool("gzip", false)?),
            url: server(settings)? + &path,
            is_exact: settings.bool(FLINK_EXACT.name, false)?,
        })
    }
}

fn has_any(settings: &ReporterSettings, keys: &[&str]) -> bool {
    keys.iter().any(|key| settings.get(key).is_some())
}

/// The URL of the server.
fn server(settings: &ReporterSettings) -> Result<String, Error> {
    let scheme = settings.get("scheme").unwrap_or("http");
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(&*scheme, "http" | "https") {
        return Err(settings.refused("scheme", "is not known", "'http' or 'https'"));
    }
    let host = host(settings, "host")?;
    let port = settings.get("port").map(|_| settings.port_of_peer("port"));
    let port = port.transpose()?.unwrap_or(DEFAULT_PORT);
    Ok(format!("{scheme}://{host}:{port}"))
}

/// Where version 1 writes, and its client: as Flink's reporter.
fn version_1(settings: &ReporterSettings) -> Result<(String, Client), Error> {
    let database = settings.required("db", "the name of a database, or org, bucket and token")?;
    let consistency = settings.choice(
        "consistency",
        "one",
        &[
            ("ALL", "all"),
            ("ANY", "any"),
            ("ONE", "one"),
            ("QUORUM", "quorum"),
        ],
    )?;
    let path = format!(
        "/write?db={}&rp={}&precision=n&consistency={consistency}",
        encoded(database),
        encoded(settings.get("retentionPolicy").unwrap_or_default())
    );
    Ok((path, Client::new(settings)?))
}

/// Where version 2 writes, and its client.
fn version_2(settings: &ReporterSettings) -> Result<(String, Client), Error> {
    for key in VERSION_1 {
        if settings.get(key).is_some() {
            let what = "is for a database, and there are keys for a bucket";
            return Err(settings.refused(key, what, "those for one of the two"));
        }
    }
    let org = settings.required("org", "the name or the id of an organization")?;
    let bucket = settings.required("bucket", "the name or the id of a bucket")?;
    let token = settings.token("token")?;
    let token = token.ok_or_else(|| {
        let right = "a token, here or in the file at token-file";
        settings.refused("token", "is missing", right)
    })?;
    let (org, bucket) = (encoded(org), encoded(bucket));
    let path = format!("/api/v2/write?org={org}&bucket={bucket}&precision=ns");
    let client = Client::new(settings)?;
    let client = client.with_secret_header("Authorization", "Token ", &token);
    Ok((path, client))
}
