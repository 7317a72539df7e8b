//! The page that metra is to answer: who prints what, and what of that a request asks for.

use std::collections::BTreeMap;

use super::exposition::Exposition;
use super::labels::without_reserved;
use super::page::{Item, Labels};
use super::series::{Kind, Part, parts};
use crate::support::model::Place;
use crate::support::reporters::members::Members;
use crate::support::reporters::said::{Expected, Model, Wanted};

/// A family that has room for one series of each identity.
struct Family {
    kind: Kind,
    help: String,
    identities: Vec<Labels>,
    samples: Vec<(String, Labels, Expected)>,
}

/// The page, with only the samples of `names` if there are any.
///
/// Families and samples are taken in the order of registration; what would clash with something on the page is left out.
pub(crate) fn page(
    exposition: &Exposition,
    members: &Members<'_>,
    names: Option<&[String]>,
) -> Model<Item> {
    let parts = exposition.shown(members).flat_map(|(member, place)| {
        let parts = parts(member).into_iter();
        parts.map(move |part| (member.name.as_str(), place, part))
    });
    // That a gauge says text is known only when it is asked.
    let (texts, rest): (Vec<_>, Vec<_>) = parts.partition(|(_, _, part)| part.kind == Kind::Info);
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for (name, place, part) in rest.into_iter().chain(texts) {
        enter(&mut families, exposition, place, name, part);
    }
    let mut page = Model::new();
    for (name, family) in families {
        print(&mut page, &name, family, names);
    }
    page
}

fn enter(
    families: &mut BTreeMap<String, Family>,
    exposition: &Exposition,
    place: &Place,
    metric: &str,
    part: Part,
) {
    let spelling = &exposition.spelling;
    let scope = spelling.scope(place);
    let name = spelling.family(&scope, metric) + part.ending;
    let mut labels = spelling.labels(place);
    if let Some(reserved) = part.kind.reserved() {
        labels = without_reserved(labels, reserved);
    }
    // Prometheus takes an empty label for none.
    let mut identity = labels.clone();
    identity.retain(|_, value| !value.is_empty());
    let is_free = match families.get(&name) {
        Some(there) => there.kind == part.kind && !there.identities.contains(&identity),
        None => part
            .kind
            .endings()
            .iter()
            .all(|ending| !prints(families, &format!("{name}{ending}"))),
    };
    if !is_free {
        return;
    }
    let family = families.entry(name.clone()).or_insert_with(|| Family {
        kind: part.kind,
        help: format!("{metric} (scope: {scope})"),
        identities: Vec::new(),
        samples: Vec::new(),
    });
    family.identities.push(identity);
    for sample in part.samples {
        let mut labels = labels.clone();
        labels.extend(sample.label.map(|(key, value)| (key.to_owned(), value)));
        family
            .samples
            .push((format!("{name}{}", sample.ending), labels, sample.expected));
    }
}

/// Whether some family has samples of this name.
fn prints(families: &BTreeMap<String, Family>, sample: &str) -> bool {
    families.iter().any(|(name, family)| {
        family
            .kind
            .endings()
            .iter()
            .any(|ending| format!("{name}{ending}") == sample)
    })
}

/// A family without samples prints nothing.
fn print(page: &mut Model<Item>, name: &str, family: Family, names: Option<&[String]>) {
    let is_asked_for = |sample: &String| names.is_none_or(|names| names.contains(sample));
    let samples = family
        .samples
        .into_iter()
        .filter(|(sample, _, _)| is_asked_for(sample));
    let mut is_empty = true;
    for (sample, labels, expected) in samples {
        let item = Item::Sample {
            family: name.to_owned(),
            name: sample,
            labels,
        };
        page.insert(item, vec![Wanted::Number(expected)]);
        is_empty = false;
    }
    if !is_empty {
        let about = || name.to_owned();
        let help = vec![Wanted::Text(family.help)];
        page.insert(Item::Help { family: about() }, help);
        let kind = vec![Wanted::text(family.kind.word())];
        page.insert(Item::Type { family: about() }, kind);
    }
}
