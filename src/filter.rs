//! Which metrics a reporter shows: include and exclude filters over logical scope, name and kind.
//!
//! A filter reads `scope[:name[:kinds]]`. Scope and name are alternatives separated by `,`, in which `*` stands
//! for any text, line breaks included, and every other character for itself. (Flink pastes the same text into a
//! regular expression, where `.` and brackets have a meaning nobody asked for; that is not repeated here.)

use crate::config::Mistake;
use crate::error::Error;

const NO_SCOPE: Mistake = Mistake::new("has a filter without scope", "'*:numRecords*:counter'");

/// The kinds of metrics a filter tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Anything that is counted.
    Counter,
    /// A value that is asked for.
    Gauge,
    /// A rate of events.
    Meter,
    /// A distribution of values over a window.
    Histogram,
}

impl MetricKind {
    const ALL: [Self; 4] = [Self::Counter, Self::Gauge, Self::Meter, Self::Histogram];

    /// The word for this kind in a filter.
    fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Meter => "meter",
            Self::Histogram => "histogram",
        }
    }
}

/// Accepts a metric that no exclude matches and at least one include does; the default accepts everything.
#[derive(Clone, Debug)]
pub struct Filter {
    includes: Vec<Rule>,
    excludes: Vec<Rule>,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            includes: vec![Rule::everything()],
            excludes: Vec::new(),
        }
    }
}

impl Filter {
    /// Builds a filter from the entries of the two lists.
    ///
    /// `None` as includes means everything, an empty list of includes means nothing. Fails with
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) on an entry that consists of colons only or names an
    /// unknown kind.
    pub fn new(includes: Option<&[String]>, excludes: &[String]) -> Result<Self, Error> {
        Ok(Self {
            includes: match includes {
                Some(entries) => rules(entries)?,
                None => vec![Rule::everything()],
            },
            excludes: rules(excludes)?,
        })
    }

    /// Whether to show the metric `name` of `kind` in `logical_scope`, joined by the global delimiter.
    pub fn accepts(&self, logical_scope: &str, name: &str, kind: MetricKind) -> bool {
        let matches = |rule: &Rule| rule.matches(logical_scope, name, kind);
        !self.excludes.iter().any(matches) && self.includes.iter().any(matches)
    }

    /// Whether no metric whatever would be refused, so that asking can be spared.
    pub fn accepts_everything(&self) -> bool {
        self.excludes.is_empty() && self.includes.iter().any(Rule::matches_everything)
    }
}

/// Says what keeps `entry` from being a filter.
pub(crate) fn check(entry: &str) -> Result<(), Mistake> {
    Rule::parse(entry).map(drop)
}

fn rules(entries: &[String]) -> Result<Vec<Rule>, Error> {
    let rule = |entry: &String| Rule::parse(entry).map_err(|mistake| mistake.of("filter", entry));
    entries.iter().map(rule).collect()
}

/// One entry of a list.
#[derive(Clone, Debug)]
struct Rule {
    scope: Vec<Pattern>,
    name: Vec<Pattern>,
    kinds: Vec<MetricKind>,
}

impl Rule {
    fn everything() -> Self {
        Self {
            scope: alternatives("*"),
            name: alternatives("*"),
            kinds: MetricKind::ALL.to_vec(),
        }
    }

    /// Reads `scope[:name[:kinds]]`; a fourth part is ignored, as Flink does.
    fn parse(entry: &str) -> Result<Self, Mistake> {
        let mut parts = split_without_trailing(entry, ':').into_iter();
        Ok(Self {
            scope: alternatives(parts.next().ok_or(NO_SCOPE)?),
            name: alternatives(parts.next().unwrap_or("*")),
            kinds: kinds(parts.next().unwrap_or("*"))?,
        })
    }

    fn matches(&self, scope: &str, name: &str, kind: MetricKind) -> bool {
        self.kinds.contains(&kind)
            && self.scope.iter().any(|pattern| pattern.matches(scope))
            && self.name.iter().any(|pattern| pattern.matches(name))
    }

    fn matches_everything(&self) -> bool {
        MetricKind::ALL.iter().all(|kind| self.kinds.contains(kind))
            && self.scope.iter().any(Pattern::matches_everything)
            && self.name.iter().any(Pattern::matches_everything)
    }
}

/// Reads the kinds of a filter, in any case; `*` stands for all of them, and only alone.
fn kinds(part: &str) -> Result<Vec<MetricKind>, Mistake> {
    if part == "*" {
        return Ok(MetricKind::ALL.to_vec());
    }
    let words = split_without_trailing(part, ',');
    if words.is_empty() {
        return Err(unknown_kind(part));
    }
    words.into_iter().map(kind).collect()
}

fn kind(word: &str) -> Result<MetricKind, Mistake> {
    let named = |kind: &MetricKind| kind.word().eq_ignore_ascii_case(word);
    let kind = MetricKind::ALL.into_iter().find(named);
    kind.ok_or_else(|| unknown_kind(word))
}

fn unknown_kind(word: &str) -> Mistake {
    Mistake {
        what: format!("has '{word}' where metric types belong").into(),
        right: "'*', or some of 'counter,gauge,meter,histogram' without blanks".into(),
    }
}

/// The patterns of a scope or name; a lone `,` leaves only the empty text, as in Flink.
fn alternatives(part: &str) -> Vec<Pattern> {
    let mut texts = split_without_trailing(part, ',');
    if texts.is_empty() {
        texts.push("");
    }
    texts.into_iter().map(Pattern::new).collect()
}

/// Splits as Java does: empty pieces at the end do not count, but empty text is one empty piece.
fn split_without_trailing(text: &str, separator: char) -> Vec<&str> {
    match text.trim_end_matches(separator) {
        "" if !text.is_empty() => Vec::new(),
        rest => rest.split(separator).collect(),
    }
}

/// Text in which `*` stands for anything; matches in time linear in the text.
#[derive(Clone, Debug)]
struct Pattern {
    /// What stands before the first `*`; the whole pattern when there is none.
    head: String,
    /// What stands between stars, in order.
    middle: Vec<String>,
    /// What stands after the last `*`, if there is one.
    tail: Option<String>,
}

impl Pattern {
    fn new(text: &str) -> Self {
        let mut pieces = text.split('*').map(str::to_owned);
        let head = pieces.next().unwrap_or_default();
        let tail = pieces.next_back();
        Self {
            head,
            middle: pieces.collect(),
            tail,
        }
    }

    /// Takes each middle piece where it first occurs: that leaves the most room for the pieces after it, so
    /// there is never a reason to go back.
    fn matches(&self, text: &str) -> bool {
        let Some(tail) = &self.tail else {
            return text == self.head;
        };
        let inner = text
            .strip_prefix(self.head.as_str())
            .and_then(|rest| rest.strip_suffix(tail.as_str()));
        let Some(mut rest) = inner else { return false };
        for piece in &self.middle {
            match rest.split_once(piece.as_str()) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        true
    }

    fn matches_everything(&self) -> bool {
        self.head.is_empty()
            && self.middle.iter().all(String::is_empty)
            && self.tail.as_deref() == Some("")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;
    use MetricKind::{Counter, Gauge, Histogram, Meter};

    fn including(entries: &[&str]) -> Filter {
        let entries: Vec<String> = entries.iter().map(|&entry| entry.into()).collect();
        Filter::new(Some(&entries), &[]).unwrap()
    }

    fn refusal(entry: &str) -> String {
        let error = Filter::new(None, &[entry.to_owned()]).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Config);
        error.message().to_owned()
    }

    #[test]
    fn default_accepts_everything_also_line_breaks() {
        let filter = Filter::default();
        assert!(filter.accepts_everything());
        for name in ["a", "", "a\nb", "a\u{2028}b"] {
            assert!(filter.accepts("taskmanager\r", name, Gauge));
        }
    }

    #[test]
    fn missing_name_and_kinds_mean_all_of_them() {
        let filter = including(&["taskmanager.job"]);
        assert!(filter.accepts("taskmanager.job", "numBytesIn", Counter));
        assert!(filter.accepts("taskmanager.job", "latency", Histogram));
        assert!(!filter.accepts("taskmanager.job.task", "numBytesIn", Counter));
        assert!(!filter.accepts_everything());
    }

    #[test]
    fn star_is_the_only_wildcard() {
        let filter = including(&["a.b:m[0-9]", "*:x+", "*:(?i)y"]);
        assert!(filter.accepts("a.b", "m[0-9]", Counter));
        assert!(!filter.accepts("aXb", "m[0-9]", Counter));
        assert!(!filter.accepts("a.b", "m1", Counter));
        assert!(filter.accepts("s", "x+", Counter));
        assert!(!filter.accepts("s", "xx", Counter));
        assert!(!filter.accepts("s", "Y", Counter));
    }

    #[test]
    fn stars_match_anywhere_and_pieces_never_overlap() {
        let scope = "taskmanager.job.task.operator";
        assert!(including(&["task*er.j*b.*:n*m*I*"]).accepts(scope, "numRecordsIn", Counter));
        assert!(including(&["**.operator:**In"]).accepts(scope, "numRecordsIn", Counter));
        assert!(!including(&["ab*ba"]).accepts("aba", "x", Counter));
        assert!(!including(&["a*bc*c"]).accepts("abc", "x", Counter));
        assert!(including(&["a*bc*c"]).accepts("abbcc", "x", Counter));
    }

    #[test]
    fn many_stars_on_long_text_end_in_time() {
        let pattern = format!("{}b", "*a".repeat(200));
        assert!(!including(&[&pattern]).accepts(&"a".repeat(1 << 20), "x", Counter));
    }

    #[test]
    fn alternatives_keep_blanks_and_drop_empty_ones_at_the_end() {
        let filter = including(&["*:a, b,"]);
        assert!(filter.accepts("x", "a", Counter));
        assert!(filter.accepts("x", " b", Counter));
        assert!(!filter.accepts("x", "b", Counter));
        assert!(!filter.accepts("x", "", Counter));
        assert!(including(&["*:,a"]).accepts("x", "", Counter));
        assert!(including(&["*:,"]).accepts("x", "", Counter));
        assert!(!including(&["*:,"]).accepts("x", "a", Counter));
    }

    #[test]
    fn empty_parts_match_only_the_empty_text() {
        assert!(including(&[""]).accepts("", "a", Counter));
        assert!(!including(&[""]).accepts("x", "a", Counter));
        assert!(including(&[":a"]).accepts("", "a", Counter));
        assert!(including(&["x::counter"]).accepts("x", "", Counter));
        assert!(!including(&["x::counter"]).accepts("x", "", Gauge));
    }

    #[test]
    fn kinds_are_read_in_any_case_and_a_fourth_part_is_ignored() {
        let filter = including(&["*:*:Counter,GAUGE:whatever"]);
        assert!(filter.accepts("x", "a", Counter) && filter.accepts("x", "a", Gauge));
        assert!(!filter.accepts("x", "a", Meter) && !filter.accepts("x", "a", Histogram));
        assert!(including(&["x:a::"]).accepts("x", "a", Meter));
    }

    #[test]
    fn excludes_beat_includes() {
        let list = |entry: &str| vec![entry.to_owned()];
        let excludes = list("*:numRecords*:counter");
        let filter = Filter::new(Some(&list("*:num*")), &excludes).unwrap();
        assert!(!filter.accepts("x", "numRecordsIn", Counter));
        assert!(filter.accepts("x", "numRecordsIn", Meter));
        assert!(!Filter::new(None, &excludes).unwrap().accepts_everything());
    }

    #[test]
    fn empty_list_of_includes_accepts_nothing() {
        assert!(!including(&[]).accepts("x", "a", Counter));
        assert!(!including(&[]).accepts_everything());
    }

    #[test]
    fn unknown_kinds_and_colons_alone_are_refused() {
        assert!(refusal("*:*:timer").contains("'timer'"));
        assert!(refusal("*:*:counter,*").contains("'*'"));
        assert!(refusal("*:*:counter, gauge").contains("' gauge'"));
        assert!(refusal("*:*:,").contains("','"));
        assert!(refusal("::").contains("without scope"));
    }
}
