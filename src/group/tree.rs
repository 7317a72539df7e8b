//! The tree of one registry: which groups there are and which metrics they hold.
//!
//! One lock guards it all. Nothing foreign runs under it, and no update of a metric takes it.

use std::sync::{Arc, Weak};

use super::feed::{Feed, Wake};
use super::lingering::{Lingering, Retired};
use super::live::Live;
use super::metrics::{Entry, Metrics, asks};
use super::names::{Name, NameHasher, Names, Sought};
use super::node::{Arena, ChildKey, Children, Node, NodeId};
use crate::error::{Error, ErrorKind};
use crate::log::{Level as LogLevel, Log, Loss};
use crate::metric::{Metric, Resources};
use crate::os::sync::{Guard, Mutex};
use crate::scope::{Component, Formats, Scope};

/// How many metrics may live at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) registry: usize,
    pub(crate) group: usize,
}

/// What the groups of one registry share.
pub(crate) struct Tree {
    pub(crate) formats: Formats,
    /// Joins identifiers where no reporter says otherwise.
    pub(crate) delimiter: char,
    pub(crate) resources: Resources,
    pub(crate) log: Arc<Log>,
    /// Whether Python may register metrics here.
    pub(crate) python_metrics: bool,
    limits: Limits,
    hasher: NameHasher,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    closed: bool,
    pub(super) nodes: Arena,
    roots: Children,
    readers: Vec<Reader>,
    pub(super) names: Names,
    live: usize,
    pub(super) last_id: u64,
    pub(super) lingering: Vec<Lingering>,
}

/// Somebody who wants to be told of some metrics.
struct Reader {
    concerns: fn(&Metric) -> bool,
    feed: Weak<Feed>,
}

/// What becomes of a registration whose name is taken.
pub(super) enum Verdict {
    /// The metric there is the one that was asked for.
    Same,
    /// The new one takes its place.
    Replace,
    /// Refused; the text says what is there.
    Collision(String),
}

impl Tree {
    pub(crate) fn new(
        formats: Formats,
        delimiter: char,
        resources: Resources,
        limits: Limits,
        python_metrics: bool,
        log: Arc<Log>,
    ) -> Self {
        Self {
            formats,
            delimiter,
            resources,
            log,
            python_metrics,
            limits: Limits {
                group: limits.group.min(Metrics::MOST),
                ..limits
            },
            hasher: NameHasher::default(),
            state: Mutex::default(),
        }
    }

    pub(super) fn lock(&self) -> Guard<'_, State> {
        self.state.lock()
    }

    /// The group of `key` below `parent`, or at the top, if it is there.
    pub(super) fn find_child(
        &self,
        parent: Option<NodeId>,
        key: &ChildKey,
    ) -> Result<Option<(NodeId, Arc<Scope>)>, Error> {
        self.lock().find_child(parent, key)
    }

    /// Puts a group of `key` below `parent`, or at the top; if there is one meanwhile, that one counts.
    pub(super) fn add_child(
        &self,
        parent: Option<NodeId>,
        key: ChildKey,
        component: Option<Component>,
        scope: Scope,
    ) -> Result<(NodeId, Arc<Scope>), Error> {
        let mut state = self.lock();
        if let Some(found) = state.find_child(parent, &key)? {
            return Ok(found);
        }
        let scope = Arc::new(scope);
        let place = parent.map(|id| (id, key.clone()));
        let node = Node::new(place, component, Arc::clone(&scope));
        let id = state.nodes.insert(node);
        state.siblings(parent)?.insert(key, id);
        Ok((id, scope))
    }

    /// Runs `look` on the component of a group, or on `None` if it is a user's group.
    pub(super) fn with_component<T>(
        &self,
        id: NodeId,
        look: impl FnOnce(Option<&Component>) -> T,
    ) -> Result<T, Error> {
        Ok(look(self.lock().node(id)?.component.as_deref()))
    }

    pub(super) fn is_open(&self, id: NodeId) -> bool {
        self.lock().node(id).is_ok()
    }

    /// The token of an open group, made by `make` when it is asked for the first time.
    pub(super) fn token(&self, id: NodeId, make: impl FnOnce() -> u64) -> Option<u64> {
        let mut state = self.lock();
        let node = state.nodes.get_mut(id)?;
        Some(*node.token.get_or_insert_with(make))
    }

    /// The scope of an open group.
    pub(super) fn scope(&self, id: NodeId) -> Option<Arc<Scope>> {
        self.lock()
            .nodes
            .get(id)
            .map(|node| Arc::clone(&node.scope))
    }

    /// Registers what `make` makes under `name`, or settles by `judge` what is to happen with the metric of that name.
    ///
    /// Gives the metric that now stands there, and one that it replaced.
    pub(super) fn register(
        &self,
        id: NodeId,
        name: &str,
        judge: &dyn Fn(&Metric) -> Verdict,
        make: &dyn Fn() -> Result<Metric, Error>,
    ) -> Result<(Metric, Option<Metric>), Error> {
        let name = self.hasher.sought(name);
        let mut state = self.lock();
        let mut known = state.names.find(name);
        let present = state.find_metric(id, known)?;
        let replaces = match present.map(|there| (judge(there), there)) {
            None => false,
            Some((Verdict::Same, there)) => return Ok((there.clone(), None)),
            Some((Verdict::Replace, _)) => true,
            Some((Verdict::Collision(there), _)) => {
                drop(state);
                return Err(self.collision(name.text(), &there));
            }
        };
        let limit = (!replaces).then(|| self.limit_reached(&state, id));
        let metric = match limit.flatten().map_or_else(make, Err) {
            Ok(metric) => metric,
            Err(refused) => {
                drop(state);
                self.log.lose(Loss::Limit, &refused);
                return Err(refused);
            }
        };
        let mut replaced = None;
        if replaces {
            replaced = state.take_metric(id, name).map(|live| live.metric);
            // Its name may have been the last of that kind.
            known = state.names.find(name);
        }
        let name = state.names.take(known, name);
        state.insert_metric(id, name, &metric)?;
        Ok((metric, replaced))
    }

    fn collision(&self, name: &str, there: &str) -> Error {
        let text =
            format!("'{name}' is {there} in this group; take another name or unregister it first");
        self.log.lose(Loss::NameCollision, &text);
        Error::new(ErrorKind::NameCollision, text)
    }

    fn limit_reached(&self, state: &State, id: NodeId) -> Option<Error> {
        let in_group = state.nodes.get(id).map_or(0, |node| node.metrics.len());
        let (key, limit) = if state.live >= self.limits.registry {
            ("metrics.limit", self.limits.registry)
        } else if in_group >= self.limits.group {
            ("metrics.group.limit", self.limits.group)
        } else {
            return None;
        };
        let text = format!("{key} of {limit} live metrics is reached; close groups or raise it");
        Some(Error::new(ErrorKind::Limit, text))
    }

    /// Takes one metric out; a gauge comes back to be retired.
    pub(super) fn unregister(&self, id: NodeId, name: &str) -> Result<Option<Retired>, Error> {
        let name = self.hasher.sought(name);
        let removed = {
            let mut state = self.lock();
            state.node(id)?;
            state.take_metric(id, name)
        };
        match removed {
            Some(removed) => Ok(Retired::from(id, &removed)),
            None => Err(Error::new(
                ErrorKind::NotFound,
                format!("no metric '{}' in this group", name.text()),
            )),
        }
    }

    /// Takes out the metric whose object is `key`, if it is still registered under `name`.
    pub(super) fn unregister_exactly(&self, id: NodeId, name: &str, key: usize) -> Option<Retired> {
        let name = self.hasher.sought(name);
        let removed = {
            let mut state = self.lock();
            let there = state.find_metric(id, state.names.find(name)).ok()??;
            if there.key() != key {
                return None;
            }
            state.take_metric(id, name)?
        };
        Retired::from(id, &removed)
    }

    /// Closes a group and everything below it; the gauges come back to be retired.
    pub(super) fn close(&self, id: NodeId) -> Vec<Retired> {
        let mut closed = Closed::default();
        let mut state = self.lock();
        if let Some((parent, key)) = state.nodes.get(id).and_then(|node| node.place.clone()) {
            if let Some(parent) = state.nodes.get_mut(parent) {
                parent.children.remove(&key);
            }
        } else {
            state.roots.retain(|_, root| *root != id);
        }
        state.take_subtree(id, &mut closed);
        drop(state);
        closed.retired
    }

    /// Closes everything for good. Feeds are cut off first: whoever reads keeps what it knows.
    pub(super) fn close_all(&self) -> Vec<Retired> {
        let mut closed = Closed::default();
        let mut state = self.lock();
        state.closed = true;
        state.readers.clear();
        let roots: Vec<NodeId> = state.roots.drain().map(|(_, id)| id).collect();
        for id in roots {
            state.take_subtree(id, &mut closed);
        }
        drop(state);
        closed.retired
    }

    /// A feed of the metrics that `concerns` chooses, beginning with those that live now.
    pub(crate) fn subscribe(&self, concerns: fn(&Metric) -> bool, wake: Wake) -> Arc<Feed> {
        let mut state = self.lock();
        let feed = Arc::new(Feed::new(state.chosen(concerns), concerns, wake));
        feed.announce();
        if !state.closed {
            state.readers.push(Reader {
                concerns,
                feed: Arc::downgrade(&feed),
            });
        }
        feed
    }

    /// Forgets all feeds: their readers are gone.
    pub(crate) fn cut_off_feeds(&self) {
        self.lock().readers.clear();
    }

    /// How many groups and metrics are live.
    pub(crate) fn size(&self) -> (usize, usize) {
        let state = self.lock();
        (state.nodes.len(), state.live)
    }
}

impl State {
    fn node(&self, id: NodeId) -> Result<&Node, Error> {
        self.nodes.get(id).ok_or_else(closed)
    }

    fn siblings(&mut self, parent: Option<NodeId>) -> Result<&mut Children, Error> {
        match parent {
            Some(id) => Ok(&mut self.nodes.get_mut(id).ok_or_else(closed)?.children),
            None if self.closed => Err(Error::new(ErrorKind::Closed, "the registry is closed")),
            None => Ok(&mut self.roots),
        }
    }

    fn find_child(
        &mut self,
        parent: Option<NodeId>,
        key: &ChildKey,
    ) -> Result<Option<(NodeId, Arc<Scope>)>, Error> {
        let Some(id) = self.siblings(parent)?.get(key).copied() else {
            return Ok(None);
        };
        let scope = Arc::clone(&self.node(id)?.scope);
        Ok(Some((id, scope)))
    }

    fn find_metric(&self, id: NodeId, name: Option<Name>) -> Result<Option<&Metric>, Error> {
        let node = self.node(id)?;
        Ok(name.and_then(|name| node.metrics.get(name)))
    }

    fn insert_metric(&mut self, id: NodeId, name: Name, metric: &Metric) -> Result<(), Error> {
        let node = self.nodes.get_mut(id).ok_or_else(closed)?;
        self.last_id += 1;
        node.metrics.insert(self.last_id, name, metric.clone());
        self.live += 1;
        if self.concerns_anybody(metric)
            && let Some(node) = self.nodes.get(id)
            && let Some(name) = self.names.text(name)
        {
            let live = Live {
                id: self.last_id,
                scope: Arc::clone(&node.scope),
                name: Arc::clone(name),
                metric: metric.clone(),
            };
            self.tell(&live, Feed::add);
        }
        Ok(())
    }

    fn take_metric(&mut self, id: NodeId, name: Sought<'_>) -> Option<Live> {
        let name = self.names.find(name)?;
        let node = self.nodes.get_mut(id)?;
        let (id, metric) = node.metrics.remove(name)?;
        let live = Live {
            id,
            scope: Arc::clone(&node.scope),
            name: Arc::clone(self.names.text(name)?),
            metric,
        };
        self.live -= 1;
        self.names.release(name);
        self.tell(&live, Feed::remove);
        Some(live)
    }

    fn take_subtree(&mut self, id: NodeId, closed: &mut Closed) {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            let Some(mut node) = self.nodes.remove(id) else {
                continue;
            };
            if let Some(token) = node.token {
                super::token::forget(token);
            }
            waiting.extend(node.children.drain().map(|(_, id)| id));
            self.live -= node.metrics.len();
            for entry in node.metrics.entries() {
                let Some(metric) = &entry.metric else {
                    continue;
                };
                // What nobody has to be told of goes with its group.
                if (self.concerns_anybody(metric) || asks(metric))
                    && let Some(live) = self.live(&node, entry)
                {
                    self.tell(&live, Feed::remove);
                    closed.retired.extend(Retired::from(id, &live));
                }
                self.names.release(entry.name);
            }
            closed.nodes.push(node);
        }
    }

    fn concerns_anybody(&self, metric: &Metric) -> bool {
        self.readers.iter().any(|reader| (reader.concerns)(metric))
    }

    /// Tells those whom it concerns; forgets those who are gone.
    fn tell(&mut self, live: &Live, tell: fn(&Feed, &Live)) {
        self.readers.retain(|reader| match reader.feed.upgrade() {
            Some(feed) => {
                tell(&feed, live);
                true
            }
            None => false,
        });
    }

    /// What readers hold of a metric that is there.
    fn live(&self, node: &Node, entry: &Entry) -> Option<Live> {
        Some(Live {
            id: entry.id,
            scope: Arc::clone(&node.scope),
            name: Arc::clone(self.names.text(entry.name)?),
            metric: entry.metric.clone()?,
        })
    }

    /// What `concerns` chooses of everything that lives, in the order of registration.
    fn chosen(&self, concerns: fn(&Metric) -> bool) -> Vec<(u64, Option<Live>)> {
        let chosen = || {
            let all = self.nodes.iter().flat_map(|node| {
                let entries = node.metrics.entries().iter();
                entries.map(move |entry| (node, entry))
            });
            all.filter(|(_, entry)| entry.metric.as_ref().is_some_and(concerns))
        };
        // Ids are sorted much faster than what they belong to.
        let mut ids: Vec<u64> = chosen().map(|(_, entry)| entry.id).collect();
        ids.sort_unstable();
        let mut places: Vec<_> = ids.iter().map(|id| (*id, None)).collect();
        for (node, entry) in chosen() {
            let at = ids.binary_search(&entry.id).unwrap_or(ids.len());
            if let Some((_, place)) = places.get_mut(at) {
                *place = self.live(node, entry);
            }
        }
        places
    }
}

/// What was closed. It is dropped when the lock is open again: a million metrics take their time.
#[derive(Default)]
struct Closed {
    nodes: Vec<Node>,
    retired: Vec<Retired>,
}

/// The error of everything that is asked of a closed group.
fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the group is closed")
}

impl Tree {
    /// Says what cannot be seen from outside: variables that an outer one hides.
    pub(super) fn report_hidden(&self, hidden: &[Arc<str>]) {
        for key in hidden {
            let text =
                format!("variable {key} of an inner group is hidden by the outer one of that name");
            self.log.lose(Loss::HiddenVariable, text);
        }
    }

    pub(super) fn warn_once(&self, text: String) {
        self.log.say_once(LogLevel::Warn, text);
    }
}
