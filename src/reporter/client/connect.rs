//! How connections are made: names into addresses, whom to trust, through which proxy.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver as Resolve};
use ureq::unversioned::transport::{
    ConnectProxyConnector, Connector, NextTimeout, RustlsConnector,
};
use ureq::{Agent, Error as HttpError, ProxyProtocol};

use super::socket::Sockets;
use super::{Proxy, USER_AGENT};
use crate::config::ReporterSettings;
use crate::error::Error;
use crate::reporter::resolver::Resolver;

const CA_FILE: &str = "ca-file";

/// How long a connection waits for the next request.
const IDLE: Duration = Duration::from_secs(5);

/// An agent that asks the environment for nothing, follows nobody elsewhere, and trusts whom `settings` trust: those in
/// `ca-file`, or else Mozilla's list as it was when metra was built.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config) for a file without certificates, and for a proxy that is none.
pub(super) fn agent(proxy: Option<Proxy<'_>>, settings: &ReporterSettings) -> Result<Agent, Error> {
    let tls = TlsConfig::builder().root_certs(trusted(settings)?).build();
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy.map(|proxy| through(&proxy, settings)).transpose()?)
        .user_agent(USER_AGENT)
        .accept("*/*")
        .max_idle_age(IDLE)
        .tls_config(tls)
        .build();
    let connector =
        ().chain(ConnectProxyConnector::default())
            .chain(Sockets)
            .chain(RustlsConnector::default());
    Ok(Agent::with_parts(config, connector, Names::default()))
}

fn through(proxy: &Proxy<'_>, settings: &ReporterSettings) -> Result<ureq::Proxy, Error> {
    let builder = ureq::Proxy::builder(ProxyProtocol::Http);
    let built = builder.host(proxy.host).port(proxy.port).build();
    built.map_err(|_| settings.refused("proxyHost", "is no proxy", "the name of a host"))
}

fn trusted(settings: &ReporterSettings) -> Result<RootCerts, Error> {
    let Some(path) = settings.get(CA_FILE) else {
        return Ok(RootCerts::WebPki);
    };
    let pem = fs::read(path).map_err(|error| {
        let what = format!("cannot be read ({error})");
        settings.refused(CA_FILE, &what, "a file that this process may read")
    })?;
    let certificates: Vec<Certificate<'static>> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        let right = "a file of certificates in PEM";
        return Err(settings.refused(CA_FILE, "has no certificates", right));
    }
    Ok(RootCerts::Specific(Arc::new(certificates)))
}

/// metra's resolver, as the client calls it.
#[derive(Debug, Default)]
struct Names(Resolver);

impl Resolve for Names {
    fn resolve(
        &self,
        uri: &Uri,
        _config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, HttpError> {
        let host = uri.host().ok_or(HttpError::HostNotFound)?;
        let default_port = if uri.scheme_str() == Some("https") {
            443
        } else {
            80
        };
        let port = uri.port_u16().unwrap_or(default_port);
        let found = self.0.resolve(host, port, *timeout.after)?;
        let mut addresses = self.empty();
        // It holds as many as its type says, and panics beyond.
        for address in found.into_iter().take(16) {
            addresses.push(address);
        }
        Ok(addresses)
    }
}
