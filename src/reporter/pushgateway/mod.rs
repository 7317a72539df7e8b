//! Pushgateway: the page that Prometheus would scrape, pushed to where it scrapes.
//!
//! A report replaces what the gateway has of the same job and grouping labels. The page is written while it is sent, a
//! piece at a time, so that it takes no more memory than a scrape.

mod body;
mod grouping;
mod options;

pub(super) use options::CLASS;

use std::sync::Arc;
use std::time::{Duration, Instant};

use self::body::Body;
use self::options::Options;
use super::View;
use super::class::Site;
use super::client::{Client, Post};
use super::deliveries::Deliveries;
use super::failure::Failure;
use super::prometheus::{Format, Page};
use super::pusher::{Moment, Pusher};
use crate::collect::GaugeReader;
use crate::error::Error;
use crate::log::Level;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

fn make(site: &Site<'_>) -> Result<Box<dyn Pusher>, Error> {
    let (view, log) = (site.view, site.registry.log());
    let options = Options::read(view.settings(), log)?;
    let client = Client::at(&options.server, view.settings())?;
    let feed = site.registry.subscribe(|_| true, || ());
    let page = Page::new(Arc::clone(view), options.page, feed, Arc::clone(log));
    Ok(Box::new(Pushgateway {
        view: Arc::clone(view),
        page: Arc::new(page),
        gauges: Arc::clone(site.gauges),
        client,
        group: options.group,
        is_deleting: options.is_deleting,
        deliveries: Deliveries::new(view, site.registry),
        now: site.now,
    }))
}

struct Pushgateway {
    view: Arc<View>,
    page: Arc<Page>,
    gauges: Arc<GaugeReader>,
    client: Client,
    /// The URL of what is pushed.
    group: String,
    /// Whether nothing is to be left of it.
    is_deleting: bool,
    deliveries: Deliveries,
    /// Since 1970-01-01.
    now: Duration,
}

impl Pushgateway {
    fn push(&mut self, moment: &Moment) -> Result<(), Failure> {
        // The other half of the time is for sending it.
        let patience = moment.left() / 2;
        let walk = self.page.walk(Format::Text, None, &self.gauges, patience);
        let mut body = Body::new(walk);
        let put = Post {
            method: "PUT",
            url: &self.group,
            content_type: CONTENT_TYPE,
            body: &[],
        };
        let outcome = self.client.stream(&put, &mut body, moment);
        let (metrics, bytes) = body.totals();
        match &outcome {
            Ok(_) => self.deliveries.arrived(metrics, bytes),
            Err(_) => self.deliveries.failed(metrics),
        }
        outcome.map(drop)
    }

    fn delete(&mut self, moment: &Moment) -> Result<(), Failure> {
        if moment.left().is_zero() {
            return Err(Failure::unavailable("there is no time left to delete them"));
        }
        let delete = Post {
            method: "DELETE",
            url: &self.group,
            content_type: "",
            body: &[],
        };
        self.client.send(&delete, moment).map(drop)
    }
}

impl Pusher for Pushgateway {
    fn catch_up(&mut self, now: Duration) {
        // The page takes in what changed when it is written.
        self.now = now;
    }

    fn report(&mut self, moment: &Moment) -> Result<(), Failure> {
        let outcome = self.push(moment);
        self.deliveries.ended(&outcome);
        outcome
    }

    fn close(&mut self, deadline: Instant) {
        if !self.is_deleting {
            return;
        }
        let moment = Moment {
            time: self.now,
            deadline,
        };
        if let Err(failure) = self.delete(&moment) {
            let name = &self.view.settings().name;
            let text = format!("reporter {name}: what was pushed last stays: {failure}");
            self.view.log.say(Level::Warn, text);
        }
    }
}
