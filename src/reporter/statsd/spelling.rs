//! How names and tags stand in lines.

use std::borrow::Cow;

use super::options::Options;
use crate::reporter::{MetricInfo, View};
use crate::scope::{Scope, Variable, unbracketed};

/// A scope as lines have it.
pub(super) struct SpelledScope {
    /// What stands before the name.
    pub(super) prefix: Box<str>,
    /// What stands behind the type.
    pub(super) tags: Box<str>,
}

impl SpelledScope {
    pub(super) fn of(view: &View, scope: &Scope, options: &Options) -> Self {
        if options.has_tags {
            let prefix = view.logical_prefix(scope, &options.prefix);
            return Self {
                prefix: clean(&prefix, false).into(),
                tags: tags(view, scope).into(),
            };
        }
        let prefix = if options.is_exact {
            // Flink does not look at what joins the components.
            let filter = |part: &str| clean(part, true).into_owned();
            scope.identifier_prefix(&view.naming().filtered(&filter))
        } else {
            clean(&scope.identifier_prefix(&view.naming()), false).into_owned()
        };
        Self {
            prefix: prefix.into(),
            tags: "".into(),
        }
    }
}

/// The name of a metric, behind its scope.
pub(super) fn name(info: &MetricInfo<'_>, options: &Options) -> Box<str> {
    clean(&info.name_in_identifier(), options.is_exact).into()
}

/// `text` with `-` for what would end a name: Flink replaces `:` only.
fn clean(text: &str, is_exact: bool) -> Cow<'_, str> {
    let ends_name = |letter: char| match letter {
        ':' => true,
        '|' => !is_exact,
        letter => letter.is_control() && !is_exact,
    };
    replaced(text, ends_name)
}

/// The variables of a scope as DogStatsD's tags: `|#key:value,…`, nothing where there are none. One without a name is none.
fn tags(view: &View, scope: &Scope) -> String {
    let mut tags = String::new();
    let variables = view.variables(scope);
    let named = |(key, _): &&Variable| !unbracketed(key).is_empty();
    for (key, value) in variables.iter().filter(named) {
        tags.push_str(if tags.is_empty() { "|#" } else { "," });
        let in_key = |letter: char| matches!(letter, ':' | ',' | '|') || letter.is_control();
        let in_value = |letter: char| matches!(letter, ',' | '|') || letter.is_control();
        tags.push_str(&replaced(unbracketed(key), in_key));
        tags.push(':');
        tags.push_str(&replaced(value, in_value));
    }
    tags
}

fn replaced(text: &str, is_special: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.contains(&is_special) {
        Cow::Owned(text.replace(is_special, "-"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::Config;

    /// A view and options of a reporter with these keys.
    fn reporter(pairs: &[(&str, &str)]) -> (View, Options) {
        let mut config = Config::new();
        let own = [("factory.class", "statsd"), ("socket", "s")];
        for (key, value) in own.iter().chain(pairs) {
            config
                .set(&format!("metrics.reporter.r.{key}"), value)
                .unwrap();
        }
        let settings = config.settings().unwrap();
        let reporter = settings.reporters.into_iter().next().unwrap();
        let options = Options::read(&reporter).unwrap();
        (View::new(reporter, '.', Arc::default()), options)
    }

    /// What is printed of the scope of a program's root with these groups below it.
    fn spelled(pairs: &[(&str, &str)], groups: &[(&str, &str)]) -> SpelledScope {
        let (view, options) = reporter(pairs);
        let mut scope = Scope::root("my app", &[("region", "eu")]).0;
        for (key, value) in groups {
            scope = scope.key_value(&Arc::from(*key), &Arc::from(*value)).0;
        }
        SpelledScope::of(&view, &scope, &options)
    }

    #[test]
    fn what_would_end_a_name_is_replaced() {
        let scope = spelled(&[], &[("a:b", "c|d\n"), ("größe", "x.y@#")]);
        assert_eq!(&*scope.prefix, "my app.a-b.c-d-.größe.x_y@#.");
        assert_eq!(&*scope.tags, "");
    }

    #[test]
    fn flink_replaces_colons_and_nothing_else() {
        let scope = spelled(&[("flink-exact", "true")], &[("a:b", "c|d\n")]);
        assert_eq!(&*scope.prefix, "my app.a-b.c|d\n.");
    }

    #[test]
    fn delimiter_that_would_end_a_name_is_replaced_but_not_by_flink() {
        let delimiter = ("scope.delimiter", ":");
        let scope = spelled(&[delimiter], &[("a:b", "c-d")]);
        assert_eq!(&*scope.prefix, "my app-a_b-c-d-");
        let scope = spelled(&[delimiter, ("flink-exact", "true")], &[("a:b", "c-d")]);
        assert_eq!(&*scope.prefix, "my app:a_b:c-d:");
    }

    #[test]
    fn tags_are_the_variables_and_names_are_logical() {
        let scope = spelled(&[("dogstatsd-tags", "true")], &[("table", "a:b")]);
        assert_eq!(&*scope.prefix, "my app.table.");
        assert_eq!(&*scope.tags, "|#region:eu,table:a:b");
    }

    #[test]
    fn nothing_in_a_tag_can_begin_another_one_or_a_line() {
        let groups = [("k:,|\n", "v:,|\r\n#@"), ("", "nameless")];
        let scope = spelled(&[("dogstatsd-tags", "true")], &groups);
        assert_eq!(&*scope.tags, "|#k----:v:----#@,region:eu");
    }

    #[test]
    fn scope_without_variables_has_no_tags() {
        let pairs = [
            ("dogstatsd-tags", "true"),
            ("scope.variables.excludes", "region"),
        ];
        assert_eq!(&*spelled(&pairs, &[]).tags, "");
    }
}
