//! How paths and tags stand in lines.

use std::borrow::Cow;

use super::options::Options;
use crate::reporter::{MetricInfo, View};
use crate::scope::{Scope, unbracketed};

/// A scope as lines have it.
pub(super) struct SpelledScope {
    /// What stands before the name.
    pub(super) path: Box<str>,
    /// What stands behind the name and its ending.
    pub(super) tags: Box<str>,
    /// What two metrics must have in common to claim one path, beside their names.
    identity: Box<str>,
}

impl SpelledScope {
    pub(super) fn of(view: &View, scope: &Scope, options: &Options) -> Self {
        let tags = if options.has_tags {
            tags(view, scope)
        } else {
            String::new()
        };
        let path = path(view, scope, options);
        let sanitized = sanitized(&path, options.is_exact);
        Self {
            identity: if options.is_exact {
                // Flink compares paths first, and looks for white space in them later.
                path.as_str().into()
            } else {
                format!("{tags} {sanitized}").into()
            },
            path: sanitized.into(),
            tags: tags.into(),
        }
    }
}

#[cfg(test)]
impl SpelledScope {
    /// One that is `path` and nothing else.
    pub(super) fn plain(path: &str) -> Self {
        Self {
            path: path.into(),
            tags: "".into(),
            identity: path.into(),
        }
    }
}

/// The name of a metric, behind its scope, and the path that it claims.
pub(super) fn name(
    info: &MetricInfo<'_>,
    scope: &SpelledScope,
    options: &Options,
) -> (Box<str>, String) {
    let name = component(&info.name_in_identifier());
    let sanitized = match sanitized(&name, options.is_exact) {
        nothing if nothing.is_empty() && !options.is_exact => Cow::Borrowed("-"),
        name => name,
    };
    let claimed = if options.is_exact { &name } else { &*sanitized };
    let claimed = format!("{}{claimed}", scope.identity);
    (sanitized.into(), claimed)
}

/// What stands before the name in paths, not sanitized yet.
fn path(view: &View, scope: &Scope, options: &Options) -> String {
    let rest = if options.has_tags {
        let prefix = match options.prefix {
            Some(_) => "",
            None => "flink",
        };
        view.logical_prefix(scope, prefix)
    } else {
        scope.identifier_prefix(&view.naming().filtered(&component))
    };
    match options.prefix.as_deref() {
        None | Some("") => rest,
        Some(prefix) => format!("{prefix}.{rest}"),
    }
}

/// The variables of a scope as tags: `;key=value` for each that has both. Carbon calls the path `name`.
fn tags(view: &View, scope: &Scope) -> String {
    let mut tags = String::new();
    for (key, value) in view.variables(scope) {
        let key = sanitized(unbracketed(&key), false).replace(['!', '^', '='], "-");
        let value = sanitized(&value, false);
        if key.is_empty() || value.is_empty() {
            continue;
        }
        let key = if key == "name" { "name_" } else { &key };
        let value = match value.strip_prefix('~') {
            Some(rest) => Cow::Owned(format!("-{rest}")),
            None => value,
        };
        for part in [";", key, "=", &value] {
            tags.push_str(part);
        }
    }
    tags
}

/// One component of a path as Flink spells it: without quotes, and with `-` for what joins components.
fn component(part: &str) -> String {
    part.replace('"', "").replace('.', "-")
}

/// `text` with one `-` for each run of what separates the parts of a line: white space, and control characters. Nor is
/// there what would begin a tag, or quotes, which make carbon look for tags in another notation. Flink looks for the white
/// space that Java knows, and for nothing else.
fn sanitized(text: &str, is_exact: bool) -> Cow<'_, str> {
    let separates = |letter: char| match letter {
        ' ' | '\t'..='\r' => true,
        letter => !is_exact && (letter.is_whitespace() || letter.is_control()),
    };
    let is_special = |letter: char| !is_exact && matches!(letter, ';' | '"');
    if !text.contains(|letter| separates(letter) || is_special(letter)) {
        return Cow::Borrowed(text);
    }
    let mut sanitized = String::with_capacity(text.len());
    let mut is_separated = false;
    for letter in text.chars() {
        let was_separated = std::mem::replace(&mut is_separated, separates(letter));
        match letter {
            _ if is_separated && was_separated => {}
            _ if is_separated => sanitized.push('-'),
            ';' if !is_exact => sanitized.push('-'),
            '"' if !is_exact => {}
            letter => sanitized.push(letter),
        }
    }
    Cow::Owned(sanitized)
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
        let own = [
            ("factory.class", "graphite"),
            ("host", "h"),
            ("port", "2003"),
        ];
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

    const EXACT: (&str, &str) = ("flink-exact", "true");
    const TAGS: (&str, &str) = ("tags", "true");

    #[test]
    fn path_is_flinks_identifier_without_blanks_and_quotes() {
        for keys in [&[][..], &[EXACT]] {
            let scope = spelled(keys, &[("a \t b", "x.y"), ("\"q\"", "größe:1|2")]);
            assert_eq!(&*scope.path, "my-app.a-b.x_y.q.größe:1|2.");
            assert_eq!(&*scope.tags, "");
        }
    }

    #[test]
    fn what_would_end_a_path_or_begin_a_tag_is_replaced() {
        let groups = [("a;b=c", "d\u{a0}\u{2028}\u{1}e"), ("f\n;", "\r\ng")];
        let scope = spelled(&[], &groups);
        assert_eq!(&*scope.path, "my-app.a-b=c.d-e.f--.-g.");
        let flinks = spelled(&[EXACT], &groups);
        assert_eq!(&*flinks.path, "my-app.a;b=c.d\u{a0}\u{2028}\u{1}e.f-;.-g.");
    }

    #[test]
    fn dots_in_components_are_replaced_whatever_joins_them() {
        for keys in [
            &[("scope.delimiter", "_")][..],
            &[("scope.delimiter", "_"), EXACT],
        ] {
            let scope = spelled(keys, &[("a.b_c", "d")]);
            assert_eq!(&*scope.path, "my-app_a-b-c_d_");
        }
    }

    #[test]
    fn prefix_is_sanitized_as_a_whole() {
        for keys in [
            &[("prefix", "my.own prefix")][..],
            &[("prefix", "my.own prefix"), EXACT],
        ] {
            assert_eq!(&*spelled(keys, &[]).path, "my.own-prefix.my-app.");
        }
        assert_eq!(&*spelled(&[("prefix", "")], &[]).path, "my-app.");
        assert_eq!(
            &*spelled(&[("prefix", "a;b=c\n")], &[]).path,
            "a-b=c-.my-app."
        );
    }

    #[test]
    fn tags_are_the_variables_and_paths_are_logical() {
        let scope = spelled(&[TAGS], &[("table", "a.b")]);
        assert_eq!(&*scope.path, "my-app.table.");
        assert_eq!(&*scope.tags, ";region=eu;table=a.b");
    }

    #[test]
    fn tagged_path_begins_with_the_prefix_or_else_below_flink_with_flink() {
        let scope = spelled(&[TAGS, ("prefix", "prod")], &[]);
        assert_eq!(&*scope.path, "prod.my-app.");
    }

    #[test]
    fn nothing_in_a_tag_can_begin_another_one_or_a_line() {
        let groups = [
            ("k;!^=\n\"", "v;=!^\r\n\"}"),
            ("tilde", "~~x"),
            ("empty", ""),
            ("quotes", "\"\""),
            ("\"", "nameless"),
            ("name", "n"),
        ];
        let scope = spelled(&[TAGS], &groups);
        assert_eq!(&*scope.tags, ";k-----=v-=!^-};name_=n;region=eu;tilde=-~x");
    }

    #[test]
    fn equal_paths_have_equal_identities_and_others_do_not() {
        let identity = |keys: &[_], value| spelled(keys, &[("k", value)]).identity;
        assert_eq!(identity(&[], "a b"), identity(&[], "a-b"));
        assert_ne!(identity(&[], "a b"), identity(&[], "a_b"));
        assert_ne!(identity(&[EXACT], "a b"), identity(&[EXACT], "a-b"));
        assert_eq!(identity(&[EXACT], "a\"b"), identity(&[EXACT], "ab"));
        // With tags the paths are equal.
        assert_ne!(identity(&[TAGS], "a"), identity(&[TAGS], "b"));
    }
}
