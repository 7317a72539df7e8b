//! The keys of a Datadog reporter.

use super::format::Format;
use super::make;
use crate::config::ReporterSettings;
use crate::error::Error;
use crate::reporter::class::{CA_FILE, Class, FLINK_EXACT, Key, Make};
use crate::reporter::client::{Client, Proxy, Url, encoded, host};

const DEFAULT_PROXY_PORT: u16 = 8080;
const DEFAULT_SERIES: i32 = 2000;

/// How many bytes a request has at most before it is compressed. Datadog takes more, but after compression half a
/// megabyte in version 2.
const MOST_BYTES: usize = 2 * 1024 * 1024;
const MOST_BYTES_UNCOMPRESSED: usize = 500_000;

/// The keys that say where Datadog is.
const PLACES: [&str; 3] = ["dataCenter", "site", "url"];

pub(crate) const CLASS: Class = Class {
    flink: "org.apache.flink.metrics.datadog.DatadogHttpReporterFactory",
    names: &["datadog"],
    keys: &[
        Key::new("apikey", "", "API key; required, or `apikey-file` with one"),
        Key::new("apikey-file", "", "file with the API key"),
        Key::new("dataCenter", "US", "`US` or `EU`"),
        Key::new(
            "site",
            "",
            "Datadog's site, as `us5.datadoghq.com`, in place of `dataCenter`",
        ),
        Key::new(
            "url",
            "",
            "URL in place of `https://api.<site>`; what follows is added to it",
        ),
        Key::new(
            "api-version",
            "v2",
            "`v1` or `v2` of the API; `v1` with `flink-exact`",
        ),
        Key::new("proxyHost", "", "host of an HTTP proxy to go through"),
        Key::new("proxyPort", "8080", "its port"),
        Key::new(
            "maxMetricsPerRequest",
            "2000",
            "series that a request may have",
        ),
        Key::new("tags", "", "`,`-list of tags for everything"),
        Key::new(
            "useLogicalIdentifier",
            "false",
            "logical names; variables are tags in any case",
        ),
        Key::new(
            "prefix",
            "flink",
            "what logical names begin with below Flink's components",
        ),
        Key::new(
            "gzip",
            "true",
            "compresses what is sent; `false` with `flink-exact`",
        ),
        CA_FILE,
        FLINK_EXACT,
    ],
    make: Make::Pusher(make),
};

/// What a Datadog reporter is to do.
pub(super) struct Options {
    pub(super) client: Client,
    pub(super) url: String,
    pub(super) format: Format,
    /// How many series a request has at most.
    pub(super) most_series: usize,
    /// How many bytes it has at most before it is compressed.
    pub(super) most_bytes: usize,
    /// What every series has.
    pub(super) tags: Vec<String>,
    /// What logical names begin with, if names are logical.
    pub(super) logical_prefix: Option<String>,
    pub(super) is_exact: bool,
}

impl Options {
    pub(super) fn read(settings: &ReporterSettings) -> Result<Self, Error> {
        let is_exact = settings.bool(FLINK_EXACT.name, false)?;
        let format = format(settings, is_exact)?;
        let is_compressing = settings.bool("gzip", !is_exact)?;
        let (client, url) = destination(settings, format, is_exact)?;
        let prefix = settings.get("prefix").unwrap_or("flink").to_owned();
        let is_logical = settings.bool("useLogicalIdentifier", false)?;
        Ok(Self {
            client: client.compressing(is_compressing),
            url,
            format,
            most_series: most_series(settings)?,
            most_bytes: match (format, is_compressing) {
                (Format::V2, false) => MOST_BYTES_UNCOMPRESSED,
                _ => MOST_BYTES,
            },
            tags: tags(settings.get("tags").unwrap_or_default(), is_exact),
            logical_prefix: is_logical.then_some(prefix),
            is_exact,
        })
    }
}

fn format(settings: &ReporterSettings, is_exact: bool) -> Result<Format, Error> {
    let default = if is_exact { Format::V1 } else { Format::V2 };
    let choices = [("v1", Format::V1), ("v2", Format::V2)];
    let format = settings.choice("api-version", default, &choices)?;
    if is_exact && format != default {
        let what = "is not Flink's, and flink-exact is set";
        return Err(settings.refused("api-version", what, "'v1'"));
    }
    Ok(format)
}

fn most_series(settings: &ReporterSettings) -> Result<usize, Error> {
    const KEY: &str = "maxMetricsPerRequest";
    let most = settings.integer(KEY, DEFAULT_SERIES)?;
    let most = usize::try_from(most).ok().filter(|most| *most > 0);
    most.ok_or_else(|| settings.refused(KEY, "is none at all", "a number above 0"))
}

/// Where series are sent, and by whom. Flink's reporter has its key in the query.
fn destination(
    settings: &ReporterSettings,
    format: Format,
    is_exact: bool,
) -> Result<(Client, String), Error> {
    let key = settings.token("apikey")?.ok_or_else(|| {
        let right = "an API key, here or in the file at apikey-file";
        settings.refused("apikey", "is missing", right)
    })?;
    let client = Client::through(proxy(settings)?, settings)?;
    let (client, server) = server(client, settings, format)?;
    let path = match format {
        Format::V1 => "/api/v1/series",
        Format::V2 => "/api/v2/series",
    };
    if is_exact {
        let in_query = encoded(&key);
        let url = format!("{server}{path}?api_key={in_query}");
        return Ok((client.hiding(&key).hiding(&in_query), url));
    }
    let client = client.with_secret_header("DD-API-KEY", "", &key);
    Ok((client, server + path))
}

/// The URL of the server, and the client with what that says of credentials.
fn server(
    client: Client,
    settings: &ReporterSettings,
    format: Format,
) -> Result<(Client, String), Error> {
    let mut places = PLACES.iter().filter(|key| settings.get(key).is_some());
    if let (Some(first), Some(second)) = (places.next(), places.next()) {
        let what = format!("is a second place beside {first}");
        return Err(settings.refused(second, &what, "one of the two"));
    }
    if settings.get("url").is_some() {
        let url = Url::read(settings, "url")?;
        return Ok((client.with_user_of(&url), url.as_str().to_owned()));
    }
    let server = if settings.get("site").is_some() {
        format!("https://api.{}", host(settings, "site")?)
    } else {
        let ending = settings.choice("dataCenter", "com", &[("US", "com"), ("EU", "eu")])?;
        match format {
            Format::V1 => format!("https://app.datadoghq.{ending}"),
            Format::V2 => format!("https://api.datadoghq.{ending}"),
        }
    };
    Ok((client, server))
}

fn proxy(settings: &ReporterSettings) -> Result<Option<Proxy<'_>>, Error> {
    const PORT: &str = "proxyPort";
    let port = settings.get(PORT).map(|_| settings.port_of_peer(PORT));
    let port = port.transpose()?.unwrap_or(DEFAULT_PROXY_PORT);
    let host = settings
        .get("proxyHost")
        .map(|_| settings.host_of_peer("proxyHost"));
    let host = host.transpose()?;
    Ok(host.map(|host| Proxy { host, port }))
}

/// The tags in a list. Flink's has an empty one where there are none, and drops those only that are empty at the end.
fn tags(list: &str, is_exact: bool) -> Vec<String> {
    let tags = list.split(',');
    if !is_exact {
        let tags = tags.map(str::trim).filter(|tag| !tag.is_empty());
        return tags.map(str::to_owned).collect();
    }
    let mut tags: Vec<_> = tags.map(str::to_owned).collect();
    if tags.len() > 1 {
        while tags.pop_if(|last| last.is_empty()).is_some() {}
    }
    tags
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn proxy_that_names_a_user_is_refused_without_its_password() {
        let mut config = Config::new();
        for (key, value) in [
            ("factory.class", "datadog"),
            ("apikey", "k"),
            ("proxyHost", "u:s3cret@proxy"),
        ] {
            let key = format!("metrics.reporter.r.{key}");
            config.set(&key, value).unwrap();
        }
        let settings = config.settings().unwrap();
        let refusal = Options::read(settings.reporters.first().unwrap());
        let message = refusal.err().unwrap().message().to_owned();
        let expected = "metrics.reporter.r.proxyHost: '***@proxy' is no host; ";
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn lists_of_tags_are_split_at_commas() {
        let none: [&str; 0] = [];
        for (list, expected, flinks) in [
            ("", &none[..], &[""][..]),
            (",", &none, &none),
            (
                "env:prod,team:x y,",
                &["env:prod", "team:x y"],
                &["env:prod", "team:x y"],
            ),
            ("a,, b", &["a", "b"], &["a", "", " b"]),
        ] {
            assert_eq!(tags(list, false), expected);
            assert_eq!(tags(list, true), flinks);
        }
    }
}
