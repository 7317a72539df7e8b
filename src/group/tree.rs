//! The tree of one registry: which groups there are and which metrics they hold.
//!
//! One lock guards it all. Nothing foreign runs under it, and no update of a metric takes it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};

use super::feed::{Feed, Live, Wake};
use super::node::{Arena, ChildKey, Node, NodeId, Registered};
use crate::error::{Error, ErrorKind};
use crate::log::{Level as LogLevel, Log, Loss};
use crate::metric::{Gauge, Metric, Resources};
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
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    closed: bool,
    nodes: Arena,
    roots: HashMap<ChildKey, NodeId>,
    feeds: Vec<Weak<Feed>>,
    /// Every metric name in use, once.
    names: HashSet<Arc<str>>,
    names_checked: usize,
    live: usize,
    last_id: u64,
    lingering: Vec<Lingering>,
}

/// A retired gauge whose callback had not returned when its unregistration gave up waiting.
struct Lingering {
    /// The group that was being closed, or the gauge's own; `None` if it was the registry.
    closed: Option<NodeId>,
    node: NodeId,
    name: Arc<str>,
    gauge: Arc<Gauge>,
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

/// A gauge that left the tree, and where it was.
pub(super) struct Retired {
    node: NodeId,
    name: Arc<str>,
    pub(super) gauge: Arc<Gauge>,
}

impl Tree {
    pub(crate) fn new(
        formats: Formats,
        delimiter: char,
        resources: Resources,
        limits: Limits,
        log: Arc<Log>,
    ) -> Self {
        Self {
            formats,
            delimiter,
            resources,
            log,
            limits,
            state: Mutex::default(),
        }
    }

    fn lock(&self) -> Guard<'_, State> {
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
    /// Gives the metric that now stands there, and a gauge that it replaced.
    pub(super) fn register(
        &self,
        id: NodeId,
        name: &str,
        judge: &dyn Fn(&Metric) -> Verdict,
        make: &dyn Fn() -> Metric,
    ) -> Result<(Metric, Option<Live>), Error> {
        let mut state = self.lock();
        let node = state.node(id)?;
        let (count, scope) = (node.metrics.len(), Arc::clone(&node.scope));
        let present = node.metrics.get(name).map(|there| there.metric.clone());
        let replaced = match present.as_ref().map(judge) {
            None => None,
            Some(Verdict::Same) => return present.map(|metric| (metric, None)).ok_or_else(closed),
            Some(Verdict::Replace) => state.take_metric(id, name),
            Some(Verdict::Collision(there)) => {
                drop(state);
                return Err(self.collision(name, &there));
            }
        };
        if let Some(refused) = self
            .limit_reached(&state, count)
            .filter(|_| replaced.is_none())
        {
            drop(state);
            self.log.lose(Loss::Limit, &refused);
            return Err(refused);
        }
        let metric = make();
        let live = state.insert_metric(id, scope, name, metric.clone())?;
        state.tell(|feed| {
            if let Some(replaced) = &replaced {
                feed.remove(replaced);
            }
            feed.add(&live);
        });
        Ok((metric, replaced))
    }

    fn collision(&self, name: &str, there: &str) -> Error {
        let text =
            format!("'{name}' is {there} in this group; take another name or unregister it first");
        self.log.lose(Loss::NameCollision, &text);
        Error::new(ErrorKind::NameCollision, text)
    }

    fn limit_reached(&self, state: &State, in_group: usize) -> Option<Error> {
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
        let mut state = self.lock();
        state.node(id)?;
        let removed = state.take_metric(id, name).ok_or_else(|| {
            Error::new(
                ErrorKind::NotFound,
                format!("no metric '{name}' in this group"),
            )
        })?;
        state.tell(|feed| feed.remove(&removed));
        Ok(Retired::from(id, &removed))
    }

    /// Takes out the metric whose object is `key`, if it is still registered under `name`.
    pub(super) fn unregister_exactly(&self, id: NodeId, name: &str, key: usize) -> Option<Retired> {
        let stands = {
            let state = self.lock();
            let node = state.nodes.get(id)?;
            node.metrics.get(name)?.metric.key() == key
        };
        if stands {
            self.unregister(id, name).ok().flatten()
        } else {
            None
        }
    }

    /// Closes a group and everything below it; the gauges come back to be retired.
    pub(super) fn close(&self, id: NodeId) -> Vec<Retired> {
        let mut state = self.lock();
        let mut retired = Vec::new();
        if let Some((parent, key)) = state.nodes.get(id).and_then(|node| node.place.clone()) {
            if let Some(parent) = state.nodes.get_mut(parent) {
                parent.children.remove(&key);
            }
        } else {
            state.roots.retain(|_, root| *root != id);
        }
        state.take_subtree(id, &mut retired);
        retired
    }

    /// Closes everything for good. Feeds are cut off first: whoever reads keeps what it knows.
    pub(super) fn close_all(&self) -> Vec<Retired> {
        let mut state = self.lock();
        state.closed = true;
        state.feeds.clear();
        let roots: Vec<NodeId> = state.roots.drain().map(|(_, id)| id).collect();
        let mut retired = Vec::new();
        for id in roots {
            state.take_subtree(id, &mut retired);
        }
        retired
    }

    /// Remembers gauges whose callbacks still ran, so that unregistering again waits again.
    pub(super) fn remember(&self, closed: Option<NodeId>, retired: Vec<Retired>) {
        let still_running = retired
            .into_iter()
            .filter(|retired| retired.gauge.is_running());
        let mut state = self.lock();
        state
            .lingering
            .extend(still_running.map(|retired| Lingering {
                closed,
                node: retired.node,
                name: retired.name,
                gauge: retired.gauge,
            }));
    }

    /// Gauges that left the group `id`, or were closed with it, and still run; only those called `name` if that is given.
    pub(super) fn lingering(&self, id: NodeId, name: Option<&str>) -> Vec<Arc<Gauge>> {
        self.lock().lingering(|lingering| match name {
            Some(name) => lingering.node == id && *lingering.name == *name,
            None => lingering.closed == Some(id) || lingering.node == id,
        })
    }

    /// All gauges that left the tree and still run.
    pub(super) fn all_lingering(&self) -> Vec<Arc<Gauge>> {
        self.lock().lingering(|_| true)
    }

    /// A feed of the metrics that `concerns` chooses, beginning with those that live now.
    pub(crate) fn subscribe(&self, concerns: fn(&Metric) -> bool, wake: Wake) -> Arc<Feed> {
        let mut state = self.lock();
        let feed = Arc::new(Feed::new(state.snapshot(), concerns, wake));
        feed.announce();
        if !state.closed {
            state.feeds.push(Arc::downgrade(&feed));
        }
        feed
    }

    /// Forgets all feeds: their readers are gone.
    pub(crate) fn cut_off_feeds(&self) {
        self.lock().feeds.clear();
    }

    /// Everything that lives, in the order of registration.
    pub(crate) fn snapshot(&self) -> Vec<Live> {
        self.lock().snapshot()
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

    fn siblings(
        &mut self,
        parent: Option<NodeId>,
    ) -> Result<&mut HashMap<ChildKey, NodeId>, Error> {
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

    fn insert_metric(
        &mut self,
        id: NodeId,
        scope: Arc<Scope>,
        name: &str,
        metric: Metric,
    ) -> Result<Live, Error> {
        let name = self.intern(name);
        self.last_id += 1;
        let registered = Registered {
            id: self.last_id,
            metric: metric.clone(),
        };
        let node = self.nodes.get_mut(id).ok_or_else(closed)?;
        node.metrics.insert(Arc::clone(&name), registered);
        self.live += 1;
        Ok(Live {
            id: self.last_id,
            scope,
            name,
            metric,
        })
    }

    fn lingering(&mut self, concerns: impl Fn(&Lingering) -> bool) -> Vec<Arc<Gauge>> {
        self.lingering
            .retain(|lingering| lingering.gauge.is_running());
        let found = self
            .lingering
            .iter()
            .filter(|lingering| concerns(lingering));
        found
            .map(|lingering| Arc::clone(&lingering.gauge))
            .collect()
    }

    fn take_metric(&mut self, id: NodeId, name: &str) -> Option<Live> {
        let node = self.nodes.get_mut(id)?;
        let (name, registered) = node.metrics.remove_entry(name)?;
        self.live -= 1;
        Some(registered.into_live(name, &node.scope))
    }

    fn take_subtree(&mut self, id: NodeId, retired: &mut Vec<Retired>) {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            let Some(node) = self.nodes.remove(id) else {
                continue;
            };
            if let Some(token) = node.token {
                super::token::forget(token);
            }
            waiting.extend(node.children.into_values());
            self.live -= node.metrics.len();
            for (name, registered) in node.metrics {
                let live = registered.into_live(name, &node.scope);
                self.tell(|feed| feed.remove(&live));
                retired.extend(Retired::from(id, &live));
            }
        }
    }

    fn tell(&mut self, tell: impl Fn(&Feed)) {
        self.feeds.retain(|feed| match feed.upgrade() {
            Some(feed) => {
                tell(&feed);
                true
            }
            None => false,
        });
    }

    fn snapshot(&self) -> Vec<Live> {
        let mut all: Vec<Live> = self.nodes.iter().flat_map(Node::live).collect();
        all.sort_unstable_by_key(|live| live.id);
        all
    }

    fn intern(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        // Names that nobody uses any more go whenever the table has doubled.
        if self.names.len() > 2 * self.names_checked + 64 {
            self.names.retain(|name| Arc::strong_count(name) > 1);
            self.names_checked = self.names.len();
        }
        let name: Arc<str> = name.into();
        self.names.insert(Arc::clone(&name));
        name
    }
}

impl Retired {
    fn from(node: NodeId, live: &Live) -> Option<Self> {
        match &live.metric {
            Metric::Gauge(gauge) if gauge.asks() => Some(Self {
                node,
                name: Arc::clone(&live.name),
                gauge: Arc::clone(gauge),
            }),
            _ => None,
        }
    }
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
