//! Row filters: `*` is the only wildcard and matches everything, line breaks included; the rest is literal.

/// What keeps a text from being a list of filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// The filters of one key.
#[derive(Clone, Debug)]
pub(crate) struct Rules(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    scopes: Vec<String>,
    names: Vec<String>,
    types: Vec<String>,
}

/// The filter of one reporter.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    includes: Rules,
    excludes: Rules,
}

const TYPES: [&str; 4] = ["counter", "gauge", "meter", "histogram"];

impl Filter {
    /// The filter of two keys, each of which may be absent.
    pub(crate) fn read(includes: Option<&str>, excludes: Option<&str>) -> Result<Self, Malformed> {
        Ok(Self {
            includes: Rules::read(includes.unwrap_or("*:*:*"))?,
            excludes: Rules::read(excludes.unwrap_or_default())?,
        })
    }

    /// Whether metra shows such a metric.
    pub(crate) fn accepts(&self, scope: &str, name: &str, metric_type: &str) -> bool {
        let matches = |rules: &Rules| {
            rules
                .0
                .iter()
                .any(|rule| rule.matches(scope, name, metric_type))
        };
        !matches(&self.excludes) && matches(&self.includes)
    }

    /// Whether the row explains that Flink shows such a metric (`flink`) or not: the patterns are regular expressions to
    /// Flink, or there is a line break, which its `*` and `.` do not match. Expressions with more than these two are not
    /// computed here.
    pub(crate) fn explains(&self, scope: &str, name: &str, metric_type: &str, flink: bool) -> bool {
        let matches = |rules: &Rules| {
            rules
                .0
                .iter()
                .any(|rule| rule.matches_by(regular_matches, scope, name, metric_type))
        };
        self.is_regular() || (!matches(&self.excludes) && matches(&self.includes)) == flink
    }

    /// Whether a pattern has characters, beside the dot, that mean something to a regular expression.
    pub(crate) fn is_regular(&self) -> bool {
        let is_special = |letter: char| "?+[](){}|\\^$".contains(letter);
        let rules = self.includes.0.iter().chain(&self.excludes.0);
        let mut patterns = rules.flat_map(|rule| rule.scopes.iter().chain(&rule.names));
        patterns.any(|pattern| pattern.contains(is_special))
    }

    /// Scopes and names taken from the patterns themselves, for a filter without anything to check it on.
    pub(crate) fn probes(&self) -> Vec<(String, String)> {
        let filled =
            |patterns: &[String]| patterns.first().map(|pattern| pattern.replace('*', "x"));
        let rules = self.includes.0.iter().chain(&self.excludes.0);
        let probes = rules.filter_map(|rule| Some((filled(&rule.scopes)?, filled(&rule.names)?)));
        probes
            .filter(|(scope, name)| !scope.is_empty() && !name.is_empty())
            .collect()
    }
}

const LINE_BREAKS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

impl Rules {
    pub(crate) fn read(text: &str) -> Result<Self, Malformed> {
        let rules = entries(text)?
            .iter()
            .map(|entry| Rule::read(entry))
            .collect::<Result<_, _>>()?;
        Ok(Self(rules))
    }
}

impl Rule {
    fn read(entry: &str) -> Result<Self, Malformed> {
        let parts = java_split(entry, ':');
        let part = |index: usize| parts.get(index).map_or("*", |part| part);
        if parts.is_empty() {
            return Err(Malformed);
        }
        Ok(Self {
            scopes: alternatives(part(0)),
            names: alternatives(part(1)),
            types: types(part(2))?,
        })
    }

    fn matches(&self, scope: &str, name: &str, metric_type: &str) -> bool {
        self.matches_by(literal_matches, scope, name, metric_type)
    }

    fn matches_by(
        &self,
        matches: fn(&str, &str) -> bool,
        scope: &str,
        name: &str,
        metric_type: &str,
    ) -> bool {
        let any =
            |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches(pattern, text));
        self.types.iter().any(|known| known == metric_type)
            && any(&self.scopes, scope)
            && any(&self.names, name)
    }
}

/// Splits as Java's `String.split` does: empty pieces at the end are dropped, but an empty text is one empty piece.
fn java_split(text: &str, separator: char) -> Vec<String> {
    let mut pieces: Vec<String> = text.split(separator).map(str::to_owned).collect();
    while !text.is_empty() && pieces.last().is_some_and(String::is_empty) {
        pieces.pop();
    }
    pieces
}

/// Alternatives; where none is left, only the empty text matches.
fn alternatives(part: &str) -> Vec<String> {
    let alternatives = java_split(part, ',');
    if alternatives.is_empty() {
        vec![String::new()]
    } else {
        alternatives
    }
}

fn types(part: &str) -> Result<Vec<String>, Malformed> {
    if part == "*" {
        return Ok(TYPES.map(str::to_owned).to_vec());
    }
    let words = java_split(part, ',');
    let known = |word: &String| TYPES.contains(&word.to_ascii_lowercase().as_str());
    if words.is_empty() || !words.iter().all(known) {
        return Err(Malformed);
    }
    Ok(words.iter().map(|word| word.to_ascii_lowercase()).collect())
}

/// Metra's matching: `*` stands for any text, everything else for itself.
fn literal_matches(pattern: &str, text: &str) -> bool {
    matches(pattern, text, |_| true, |pattern, letter| pattern == letter)
}

/// Flink's matching of patterns without other characters of regular expressions: `.` is any character, and neither it nor
/// `*` takes a line break.
fn regular_matches(pattern: &str, text: &str) -> bool {
    let takes = |letter: char| !LINE_BREAKS.contains(&letter);
    matches(pattern, text, takes, |pattern, letter| {
        pattern == letter || (pattern == '.' && takes(letter))
    })
}

/// Whether `text` is `pattern`, in which `*` stands for any text of letters that it takes: the greedy walk with one way
/// back.
fn matches(
    pattern: &str,
    text: &str,
    star_takes: impl Fn(char) -> bool,
    same: impl Fn(char, char) -> bool,
) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut seen) = (0, 0);
    let mut retry = None;
    while seen < text.len() {
        if pattern.get(at) == Some(&'*') {
            retry = Some((at, seen));
            at += 1;
        } else if pattern
            .get(at)
            .is_some_and(|letter| same(*letter, text[seen]))
        {
            at += 1;
            seen += 1;
        } else if let Some((star, from)) = retry.filter(|(_, from)| star_takes(text[*from])) {
            retry = Some((star, from + 1));
            at = star + 1;
            seen = from + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

/// The entries of a list: YAML's flow list if the text is one, else split at `;` with quotes protecting it.
fn entries(text: &str) -> Result<Vec<String>, Malformed> {
    match yaml_list(text.trim()) {
        Some(entries) => Ok(entries),
        None => split_list(text),
    }
}

fn yaml_list(text: &str) -> Option<Vec<String>> {
    let inside = text.strip_prefix('[')?.strip_suffix(']')?.trim();
    if inside.is_empty() {
        return Some(Vec::new());
    }
    let mut entries = Vec::new();
    let mut rest = inside;
    while !rest.is_empty() {
        let (entry, after) = match rest.chars().next()? {
            quote @ ('\'' | '"') => {
                let (content, after) = quoted(rest, quote).ok()?;
                let after = after.trim_start();
                (
                    content,
                    after.strip_prefix(',').or(after.is_empty().then_some(""))?,
                )
            }
            first => {
                let (entry, after) = rest.split_once(',').unwrap_or((rest, ""));
                let forbidden =
                    "*&!%@`|>{}[],#".contains(first) || entry.contains(['[', ']', '{', '}']);
                if forbidden || entry.contains(": ") || entry.contains(" #") {
                    return None;
                }
                (entry.trim().to_owned(), after)
            }
        };
        entries.push(entry);
        rest = after.trim_start();
    }
    Some(entries)
}

/// An empty entry stands only between two separators.
fn split_list(text: &str) -> Result<Vec<String>, Malformed> {
    let mut entries = Vec::new();
    let mut rest = text.trim_start();
    let mut separated = false;
    while let Some(first) = rest.chars().next() {
        if first == ';' {
            if separated {
                entries.push(String::new());
            }
            separated = true;
            rest = rest[1..].trim_start();
            continue;
        }
        separated = false;
        if first == '\'' || first == '"' {
            let (content, after) = quoted(rest, first)?;
            rest = after.trim_start();
            if !rest.is_empty() && !rest.starts_with(';') {
                return Err(Malformed);
            }
            entries.push(content);
        } else {
            let end = rest.find(';').unwrap_or(rest.len());
            entries.push(rest[..end].trim_end().to_owned());
            rest = &rest[end..];
        }
    }
    Ok(entries)
}

/// The content of a quoted text, in which a doubled quote is one, and what follows it.
fn quoted(text: &str, quote: char) -> Result<(String, &str), Malformed> {
    let mut content = String::new();
    let mut rest = &text[1..];
    loop {
        let (before, after) = rest.split_once(quote).ok_or(Malformed)?;
        content.push_str(before);
        match after.strip_prefix(quote) {
            Some(more) => {
                content.push(quote);
                rest = more;
            }
            None => return Ok((content, after)),
        }
    }
}
