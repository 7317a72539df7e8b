//! What the page makes of scopes, once for each of them.

use std::collections::HashMap;
use std::sync::Arc;

use super::blocks::{BlockId, Blocks};
use super::family::Kind;
use super::labels::Labels;
use crate::scope::Scope;

/// The scopes of the metrics that the page knows.
#[derive(Default)]
pub(super) struct Scopes {
    /// By address, which the entry keeps from being used again.
    by_address: HashMap<usize, Entry>,
    blocks: Blocks,
}

struct Entry {
    scope: Arc<Scope>,
    printed: PrintedScope,
    /// How many metrics of the scope the page knows.
    metrics: usize,
}

/// One scope, as its metrics print it.
#[derive(Clone)]
pub(super) struct PrintedScope {
    /// The logical scope, as it stands in names and help.
    pub(super) text: Arc<str>,
    blocks: [BlockId; Kind::COUNT],
}

impl PrintedScope {
    /// The labels of its samples in families of `kind`.
    pub(super) fn block(&self, kind: Kind) -> BlockId {
        self.blocks.get(kind as usize).copied().unwrap_or_default()
    }
}

impl Scopes {
    /// Notes one more metric of `scope`; `print` gives text and labels of a scope that is new.
    pub(super) fn enter(
        &mut self,
        scope: &Arc<Scope>,
        print: impl FnOnce() -> (String, Labels),
    ) -> PrintedScope {
        let Self { by_address, blocks } = self;
        let entry = by_address.entry(address(scope)).or_insert_with(|| {
            let (text, labels) = print();
            Entry {
                scope: Arc::clone(scope),
                printed: PrintedScope {
                    text: text.into(),
                    blocks: blocks_of(&labels, blocks),
                },
                metrics: 0,
            }
        });
        entry.metrics += 1;
        entry.printed.clone()
    }

    /// What the page makes of `scope`, if it knows metrics of it.
    pub(super) fn get(&self, scope: &Arc<Scope>) -> Option<&PrintedScope> {
        self.by_address
            .get(&address(scope))
            .map(|entry| &entry.printed)
    }

    /// Notes one metric of `scope` less. After the last one its blocks are gone.
    pub(super) fn leave(&mut self, scope: &Arc<Scope>) {
        let address = address(scope);
        let Some(entry) = self.by_address.get_mut(&address) else {
            return;
        };
        entry.metrics -= 1;
        if entry.metrics > 0 {
            return;
        }
        if let Some(entry) = self.by_address.remove(&address) {
            debug_assert!(Arc::ptr_eq(&entry.scope, scope));
            for block in entry.printed.blocks {
                self.blocks.release(block);
            }
        }
    }

    pub(super) fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.by_address.is_empty() && self.blocks.is_empty()
    }
}

/// The block of each kind: mostly one and the same.
fn blocks_of(labels: &Labels, blocks: &mut Blocks) -> [BlockId; Kind::COUNT] {
    let plain = blocks.intern(labels);
    let of_kinds = Kind::ALL.map(|kind| {
        let reserved = kind.reserved_label();
        match reserved.and_then(|reserved| labels.without_reserved(reserved)) {
            Some(renamed) => blocks.intern(&renamed),
            None => blocks.share(plain),
        }
    });
    blocks.release(plain);
    of_kinds
}

fn address(scope: &Arc<Scope>) -> usize {
    Arc::as_ptr(scope).addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(scope: &Arc<Scope>) -> (String, Labels) {
        let labels = Labels::of(scope.variables(), scope, true, |_, _| ());
        ("shop".to_owned(), labels)
    }

    fn scope(key: &str, value: &str) -> Arc<Scope> {
        let (scope, _) = Scope::root("shop", &[(key, value)]);
        Arc::new(scope)
    }

    #[test]
    fn scope_is_printed_once_while_it_has_metrics() {
        let (mut scopes, scope) = (Scopes::default(), scope("k", "v"));
        let mut times = 0;
        let mut enter = |scopes: &mut Scopes| {
            scopes.enter(&scope, || {
                times += 1;
                printed(&scope)
            })
        };
        enter(&mut scopes);
        enter(&mut scopes);
        scopes.leave(&scope);
        enter(&mut scopes);
        assert_eq!(times, 1);
        scopes.leave(&scope);
        scopes.leave(&scope);
        assert!(scopes.is_empty());
    }

    #[test]
    fn equal_labels_of_two_scopes_are_one_block() {
        let mut scopes = Scopes::default();
        let (one, other) = (scope("k", "v"), scope("k", "v"));
        let first = scopes.enter(&one, || printed(&one)).block(Kind::Gauge);
        let second = scopes.enter(&other, || printed(&other)).block(Kind::Gauge);
        assert_eq!(first, second);
        scopes.leave(&one);
        assert_eq!(scopes.blocks().print(second), br#"{k="v""#);
        scopes.leave(&other);
        assert!(scopes.is_empty());
    }

    #[test]
    fn empty_value_is_printed_and_makes_no_identity() {
        let mut scopes = Scopes::default();
        let (none, empty) = (Arc::new(Scope::root("shop", &[]).0), scope("k", ""));
        let none = scopes.enter(&none, || printed(&none)).block(Kind::Gauge);
        let with_empty = scopes.enter(&empty, || printed(&empty)).block(Kind::Gauge);
        let blocks = scopes.blocks();
        assert_eq!(blocks.print(none), b"");
        assert_eq!(blocks.print(with_empty), br#"{k="""#);
        assert_eq!(blocks.identity(with_empty), blocks.identity(none));
    }

    #[test]
    fn only_kinds_with_a_reserved_label_rename_it() {
        let (mut scopes, scope) = (Scopes::default(), scope("quantile", "x"));
        let known = scopes.enter(&scope, || printed(&scope));
        let print = |kind| scopes.blocks().print(known.block(kind));
        assert_eq!(print(Kind::Gauge), br#"{quantile="x""#);
        assert_eq!(print(Kind::Info), br#"{quantile="x""#);
        assert_eq!(print(Kind::Summary), br#"{exported_quantile="x""#);
    }
}
