//! Pages in Prometheus' text format 0.0.4, read as strictly as a Prometheus server does and a little more.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::json::{Fields, java_double, text};
use crate::support::reporters::said::{Items, Said};

/// The labels of a sample.
pub(crate) type Labels = BTreeMap<String, String>;

/// What a page says, each saying with what it is about: order means nothing.
pub(crate) type Page = Items<Item>;

/// What a line is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    Help {
        family: String,
    },
    Type {
        family: String,
    },
    Sample {
        family: String,
        name: String,
        labels: Labels,
    },
}

impl Item {
    pub(crate) fn family(&self) -> &str {
        match self {
            Self::Help { family } | Self::Type { family } | Self::Sample { family, .. } => family,
        }
    }
}

/// The two formats that a page can have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    OpenMetrics,
}

impl Format {
    pub(crate) fn of(content_type: &str) -> Self {
        if content_type.starts_with("application/openmetrics-text") {
            Self::OpenMetrics
        } else {
            Self::Text
        }
    }

    /// The types of families, each with what the names of its samples have behind it here but not in the other format,
    /// and the type that it is there.
    fn types(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Self::Text => &[
                ("counter", "", "counter"),
                ("gauge", "", "gauge"),
                ("summary", "", "summary"),
            ],
            Self::OpenMetrics => &[
                ("counter", "_total", "counter"),
                ("gauge", "", "gauge"),
                ("info", "_info", "gauge"),
                ("summary", "", "summary"),
            ],
        }
    }
}

/// Reads a page, or says why a server would refuse it. Both formats read the same: as version 0.0.4 has it.
pub(crate) fn parse(body: &str, format: Format) -> Result<Page, String> {
    let body = match format {
        Format::Text => body,
        Format::OpenMetrics => body.strip_suffix("# EOF\n").ok_or("the page has no end")?,
    };
    if !body.is_empty() && !body.ends_with('\n') {
        return Err("the last line does not end".to_owned());
    }
    let mut reader = Reader {
        format,
        page: Page::new(),
        family: None,
        identities: BTreeSet::new(),
    };
    for line in body.lines() {
        reader
            .line(line)
            .map_err(|why| format!("{why} in {line:?}"))?;
    }
    reader.end_family()?;
    Ok(reader.page)
}

struct Reader {
    format: Format,
    page: Page,
    /// The family whose lines are being read.
    family: Option<Family>,
    /// What a server tells samples apart by: empty labels do not count.
    identities: BTreeSet<(String, Vec<(String, String)>)>,
}

/// What is known of a family before its samples come.
struct Family {
    name: String,
    help: Option<String>,
    /// The type in version 0.0.4, and what stands behind the name there.
    kind: Option<(&'static str, &'static str)>,
    has_samples: bool,
}

impl Family {
    /// The family's name in version 0.0.4.
    fn full_name(&self) -> String {
        let ending = self.kind.map_or("", |(_, ending)| ending);
        format!("{}{ending}", self.name)
    }
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').ok_or("no text")?;
            let quotes = self.format == Format::OpenMetrics;
            let help = unescaped(help, quotes)?;
            return match self.head(name)?.help.replace(help) {
                None => Ok(()),
                Some(_) => Err("a second help".to_owned()),
            };
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').ok_or("no type")?;
            let types = self.format.types();
            let known = types
                .iter()
                .find(|(word, _, _)| *word == kind)
                .ok_or("an unknown type")?;
            let (_, ending, kind) = *known;
            return match self.head(name)?.kind.replace((kind, ending)) {
                None => Ok(()),
                Some(_) => Err("a second type".to_owned()),
            };
        }
        self.sample(line)
    }

    /// The family that a line before its samples is about.
    fn head(&mut self, name: &str) -> Result<&mut Family, String> {
        let goes_on = |family: &Family| family.name == name && !family.has_samples;
        if !self.family.as_ref().is_some_and(goes_on) {
            self.end_family()?;
            if !is_name(name, true) {
                return Err(format!("no name for a metric: {name:?}"));
            }
            self.family = Some(Family {
                name: name.to_owned(),
                help: None,
                kind: None,
                has_samples: false,
            });
        }
        self.family.as_mut().ok_or_else(|| "no family".to_owned())
    }

    /// Takes in what was said of the family, of which nothing may have been there before.
    fn end_family(&mut self) -> Result<(), String> {
        let Some(family) = self.family.take() else {
            return Ok(());
        };
        let name = family.full_name();
        let (kind, _) = family
            .kind
            .ok_or_else(|| format!("family {name} without type"))?;
        if !family.has_samples {
            return Err(format!("family {name} without samples"));
        }
        let help = family
            .help
            .ok_or_else(|| format!("family {name} without help"))?;
        self.insert(
            Item::Help {
                family: name.clone(),
            },
            Said::Text(help),
        )?;
        self.insert(Item::Type { family: name }, Said::text(kind))
    }

    fn insert(&mut self, item: Item, said: Said) -> Result<(), String> {
        match self.page.insert(item, vec![said]) {
            None => Ok(()),
            Some(_) => Err("a family or a sample twice".to_owned()),
        }
    }

    fn sample(&mut self, line: &str) -> Result<(), String> {
        let end = line.find(['{', ' ']).ok_or("no value")?;
        let (name, rest) = line.split_at(end);
        let (labels, value) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest)?,
            None => (Labels::new(), rest),
        };
        let value = value.strip_prefix(' ').ok_or("no blank before the value")?;
        let family = self.family.as_mut().ok_or("a sample without family")?;
        let (kind, _) = family
            .kind
            .ok_or("a sample before the type of its family")?;
        family.has_samples = true;
        let family = family.full_name();
        belongs(name, &labels, &family, kind)?;
        let filled = labels.iter().filter(|(_, value)| !value.is_empty());
        let identity = filled
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if !self.identities.insert((name.to_owned(), identity)) {
            return Err("a sample twice".to_owned());
        }
        let name = name.to_owned();
        self.insert(
            Item::Sample {
                family,
                name,
                labels,
            },
            Said::Number(number(value)?),
        )
    }
}

/// Checks that a sample may stand in a family.
fn belongs(name: &str, labels: &Labels, family: &str, kind: &str) -> Result<(), String> {
    let ending = name
        .strip_prefix(family)
        .ok_or("a sample of another family")?;
    let has_quantile = labels.contains_key("quantile");
    match (kind, ending) {
        ("summary", "") if has_quantile => Ok(()),
        ("summary", "_count" | "_sum") if !has_quantile => Ok(()),
        ("gauge" | "counter", "") => Ok(()),
        _ => Err(format!("no sample of a {kind}")),
    }
}

/// The labels up to the closing brace, and what follows it.
fn labels(text: &str) -> Result<(Labels, &str), String> {
    let mut labels = Labels::new();
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return Ok((labels, after));
        }
        let (name, after) = rest.split_once("=\"").ok_or("a label without value")?;
        if !is_name(name, false) || name.starts_with("__") {
            return Err(format!("no name for a label: {name:?}"));
        }
        let end = closing_quote(after).ok_or("a value without end")?;
        let value = unescaped(&after[..end], true)?;
        if labels.insert(name.to_owned(), value).is_some() {
            return Err(format!("label {name} twice"));
        }
        rest = &after[end + 1..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let closes = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        closes.then_some(at)
    })
}

fn unescaped(text: &str, quotes: bool) -> Result<String, String> {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.push(match (letter, quotes) {
            ('\\', _) => match letters.next() {
                Some('\\') => '\\',
                Some('n') => '\n',
                Some('"') if quotes => '"',
                other => return Err(format!("no escape: {other:?}")),
            },
            (other, _) => other,
        });
    }
    Ok(plain)
}

fn is_name(name: &str, colons: bool) -> bool {
    let fits =
        |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || (colons && letter == ':');
    !name.is_empty()
        && !name.starts_with(|letter: char| letter.is_ascii_digit())
        && name.chars().all(fits)
}

fn number(text: &str) -> Result<f64, String> {
    match text {
        "+Inf" => Ok(f64::INFINITY),
        "-Inf" => Ok(f64::NEG_INFINITY),
        "NaN" => Ok(f64::NAN),
        _ if text.contains(['i', 'n', 'I', 'N']) => Err(format!("no number: {text:?}")),
        _ => text.parse().map_err(|_| format!("no number: {text:?}")),
    }
}

/// What Flink's page said. It may be one that no server takes: of samples that are there twice the last one counts.
pub(crate) fn flinks(response: &Value) -> Page {
    let mut page = Page::new();
    let families = response.maybe("families").and_then(Value::as_array);
    for described in families.into_iter().flatten() {
        let family = described.text("name").to_owned();
        let help = unescaped(described.text("help"), false).expect("an escaped help");
        let help_item = Item::Help {
            family: family.clone(),
        };
        page.insert(help_item, vec![Said::Text(help)]);
        let type_item = Item::Type {
            family: family.clone(),
        };
        page.insert(type_item, vec![Said::text(described.text("type"))]);
        for sample in described.list("samples") {
            let pair = |pair: &Value| (text(&pair[0]).to_owned(), text(&pair[1]).to_owned());
            let item = Item::Sample {
                family: family.clone(),
                name: sample.text("name").to_owned(),
                labels: sample.list("labels").iter().map(pair).collect(),
            };
            let value = sample
                .text("value")
                .replace("Inf", "Infinity")
                .replace('+', "");
            let value = java_double(&value).expect("a sample has a number");
            page.insert(item, vec![Said::Number(value)]);
        }
    }
    page
}
